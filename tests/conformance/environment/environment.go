// Package environment sets what Istio's packages read from the process environment while they are
// initialised. It imports nothing but os, and Go initialises packages that are ready in the order of
// their import paths, so it comes before every istio.io package as long as its own path sorts first.
package environment

import "os"

func init() {
	for key, value := range map[string]string{
		// Istio's test packages look for a build directory and warn where there is none.
		"TARGET_OUT": os.TempDir(),
		"LOCAL_OUT":  os.TempDir(),
	} {
		if os.Getenv(key) == "" {
			_ = os.Setenv(key, value)
		}
	}
}
