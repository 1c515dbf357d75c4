// The lock: the text of a mesh.lock enters, the address that it holds for each name leaves.

package mesh

import "github.com/BurntSushi/toml"

// ReadLock parses a mesh.lock.
func ReadLock(text string) (map[string]string, error) {
	var raw struct {
		Addresses map[string]string `toml:"addresses"`
	}
	_, err := toml.Decode(text, &raw)
	return raw.Addresses, err
}
