// Edits of controls, which must change what they say and nothing else.
package main

import (
	"reflect"
	"testing"
)

func TestEdit(t *testing.T) {
	object := func() map[string]any {
		return map[string]any{"spec": map[string]any{
			"endpoints": []any{map[string]any{"locality": "a", "address": "x"}, map[string]any{"locality": "b"}},
		}}
	}
	removed := object()
	if n := (Edit{Key: "locality"}).apply(removed); n != 2 {
		t.Errorf("removed in %d places", n)
	}
	want := map[string]any{"spec": map[string]any{"endpoints": []any{map[string]any{"address": "x"}, map[string]any{}}}}
	if !reflect.DeepEqual(removed, want) {
		t.Errorf("after the removal: %v", removed)
	}
	changed := object()
	if n := (Edit{Key: "address", Value: "y"}).apply(changed); n != 1 || reflect.DeepEqual(changed, object()) {
		t.Errorf("changed in %d places: %v", n, changed)
	}
	if n := (Edit{Key: "absent"}).apply(object()); n != 0 {
		t.Errorf("an absent key was found %d times", n)
	}
}
