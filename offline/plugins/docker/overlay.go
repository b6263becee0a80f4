package docker

import "github.com/pulumi/pulumi/sdk/v3/go/property"

// An overlay puts what the engine reports into a state. Where both mean the same the state's own value stays, with its
// order and its secret marks; a secret that was changed outside stays secret.
type overlay struct {
	fields []field
	state  map[string]property.Value
}

func (o overlay) has(name string) bool {
	f, _ := find(o.fields, name)
	return f.plain(o.state[name]) != nil
}

func (o overlay) set(name string, reported any) {
	f, ok := find(o.fields, name)
	if !ok {
		panic("no field is called " + name)
	}
	before, after := o.state[name], toValue(reported)
	switch {
	case !before.IsNull() && f.same(before, after):
	case f.plain(after) == nil && (f.kind != text && f.kind != whole && f.kind != flag):
		delete(o.state, name)
	default:
		o.state[name] = after.WithSecret(before.HasSecrets())
	}
}
