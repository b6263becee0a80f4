package docker

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

type kind string

const (
	text      kind = "string"
	whole     kind = "integer"
	flag      kind = "boolean"
	textList  kind = "list of strings" // order matters
	textSet   kind = "set of strings"  // order does not matter, as in the official schema
	textMap   kind = "map of strings"
	object    kind = "object"
	objectSet kind = "set of objects"
)

// A field is one input of a resource or of an object inside one.
type field struct {
	name     string
	kind     kind
	replaces bool // a change replaces the resource; counts at the top level only, as all that is inside follows
	required bool
	computed bool // the engine fills it in, so leaving it out keeps what is there
	autoname bool
	fallback any  // the official default; zero values are left out, as unset means the same
	falsy    bool // false by default, which is written into the state, yet not into the inputs
	// clearingKeeps: the official plugin takes "" or a removal for "whatever the image says", so it is never a change.
	clearingKeeps bool
	check         func(property.Value) string // what is wrong with a known value, or ""
	elem          []field                     // of an object or a set of objects
	key           string                      // by which an element of a set is the same one after a change
}

func find(fields []field, name string) (field, bool) {
	for _, f := range fields {
		if f.name == name {
			return f, true
		}
	}
	return field{}, false
}

// internal keys are the bridge's own bookkeeping (__defaults, __meta).
func internal(key string) bool { return strings.HasPrefix(key, "__") }

// plain turns a value into what two values are compared by: nil for unset and zero alike, sets sorted, defaults filled in.
func (f field) plain(v property.Value) any {
	switch {
	case v.IsNull() || v.IsComputed():
		return nil
	case v.IsString() && v.AsString() != "":
		return v.AsString()
	case v.IsBool() && v.AsBool():
		return true
	case v.IsNumber() && v.AsNumber() != 0:
		return v.AsNumber()
	case v.IsArray() && v.AsArray().Len() > 0:
		items := make([]string, 0, v.AsArray().Len())
		for _, item := range v.AsArray().All {
			items = append(items, canonical(f.element().plain(item)))
		}
		if f.kind != textList {
			sort.Strings(items)
		}
		return items
	case v.IsMap() && v.AsMap().Len() > 0:
		return f.plainMap(v.AsMap())
	}
	return nil
}

func (f field) plainMap(m property.Map) any {
	members := map[string]any{}
	if f.kind == textMap {
		for key, item := range m.All {
			if !internal(key) { // an empty member counts: a tmpfs without options is still a tmpfs
				members[key] = field{kind: text}.plain(item)
			}
		}
	}
	for _, member := range f.elem {
		value := m.Get(member.name)
		if value.IsNull() && member.fallback != nil {
			value = toValue(member.fallback)
		}
		if plain := member.plain(value); plain != nil {
			members[member.name] = plain
		}
	}
	if len(members) == 0 {
		return nil
	}
	return members
}

// element is what one item of a list or set is.
func (f field) element() field {
	if f.kind == objectSet {
		return field{kind: object, elem: f.elem}
	}
	return field{kind: text}
}

func canonical(plain any) string {
	encoded, err := json.Marshal(plain) // sorts the keys of maps
	if err != nil {
		panic(fmt.Sprintf("a value from a property cannot be encoded: %v", err))
	}
	return string(encoded)
}

// same says whether two values mean the same to the official plugin. Something unknown is never the same.
func (f field) same(a, b property.Value) bool {
	return !a.HasComputed() && !b.HasComputed() && canonical(f.plain(a)) == canonical(f.plain(b))
}
