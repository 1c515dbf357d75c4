// Callers: `cluster[/namespace[/service-account]]` enters, its parts leave.

package mesh

import "strings"

// Caller is one entry of `callers`; what is empty is not said.
type Caller struct {
	Cluster, Namespace, Account string
}

// CallerOf reads an entry.
func CallerOf(text string) Caller {
	parts := append(strings.SplitN(text, "/", 3), "", "")
	return Caller{parts[0], parts[1], parts[2]}
}

// Covers says whether an account of the entry's cluster is among those that it names.
func (c Caller) Covers(namespace, account string) bool {
	return (c.Namespace == "" || c.Namespace == namespace) && (c.Account == "" || c.Account == account)
}
