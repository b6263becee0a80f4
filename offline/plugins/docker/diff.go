package docker

import (
	"fmt"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// diff compares the state, as the engine last reported it, with what the program asks for.
func (r resource) diff(state, inputs property.Map) p.DiffResponse {
	d := differ{}
	waiting := unfinished(state)
	for _, f := range r.fields {
		// A health check reaches no container that exists; a wait that failed would fail for ever under a better one.
		replaces := f.replaces || waiting && f.name == "healthcheck"
		d.field(f, f.name, state.Get(f.name), inputs.Get(f.name), replaces)
	}
	if waiting {
		d["wait"] = p.PropertyDiff{Kind: p.Update} // takes the wait up again
	}
	if notStarted(state) {
		d["networkDatas"] = p.PropertyDiff{Kind: p.Add}
		if inputs.Get("entrypoints").IsNull() {
			d.mark("entrypoints", p.Add, true)
		}
	}
	return p.DiffResponse{
		HasChanges:          len(d) > 0,
		DetailedDiff:        d,
		DeleteBeforeReplace: d.replaces() && (r.deleteFirst || keepsName(r.fields, state, inputs)),
	}
}

// keepsName: two resources cannot have one name at a time, unless it is made up anew.
func keepsName(fields []field, state, inputs property.Map) bool {
	f, ok := autonamed(fields)
	return ok && !isDefault(inputs, f.name) && f.same(state.Get(f.name), inputs.Get(f.name))
}

type differ map[string]p.PropertyDiff

func (d differ) replaces() bool {
	for _, change := range d {
		switch change.Kind {
		case p.AddReplace, p.UpdateReplace, p.DeleteReplace:
			return true
		}
	}
	return false
}

func (d differ) mark(path string, kind p.DiffKind, replace bool) {
	if replace {
		kind += "&replace"
	}
	d[path] = p.PropertyDiff{Kind: kind}
}

func (d differ) field(f field, path string, old, new property.Value, replace bool) {
	switch {
	case f.same(old, new):
	case new.IsComputed() && old.IsNull():
		d.mark(path, p.Add, replace)
	case new.IsComputed():
		d.mark(path, p.Update, replace)
	case f.plain(new) == nil && !new.HasComputed() && (f.computed && new.IsNull() || f.clearingKeeps):
	case new.IsNull() && f.falsy:
		d.mark(path, p.Update, replace)
	case new.IsNull():
		d.mark(path, p.Delete, replace)
	case f.plain(old) == nil && old.IsNull():
		d.mark(path, p.Add, replace)
	case new.Secret() && new.IsArray() && old.IsArray():
		d.mark(path, p.Update, replace) // what changed in it is part of the secret
	case f.kind == object && old.IsMap() && new.IsMap():
		d.object(f.elem, path, old.AsMap(), new.AsMap(), replace)
	case f.kind == textMap && old.IsMap() && new.IsMap():
		d.members(path, old.AsMap(), new.AsMap(), replace)
	case f.kind == textList && old.IsArray() && new.IsArray():
		d.places(f.element(), path, old.AsArray(), new.AsArray(), everyIndex(old), everyIndex(new), replace)
	case (f.kind == textSet || f.kind == objectSet) && old.IsArray() && new.IsArray():
		d.set(f, path, old.AsArray(), new.AsArray(), replace)
	default:
		d.mark(path, p.Update, replace)
	}
}

func (d differ) object(fields []field, path string, old, new property.Map, replace bool) {
	for _, f := range fields {
		was, will := old.Get(f.name), new.Get(f.name)
		if will.IsNull() && f.fallback != nil {
			will = toValue(f.fallback)
		}
		d.field(f, join(path, f.name), was, will, replace)
	}
}

func (d differ) members(path string, old, new property.Map, replace bool) {
	for key := range old.All {
		if new.Get(key).IsNull() && !internal(key) {
			d.mark(member(path, key), p.Delete, replace)
		}
	}
	for key, value := range new.All {
		before, had := old.GetOk(key)
		switch {
		case internal(key):
		case !had:
			d.mark(member(path, key), p.Add, replace)
		case !field{kind: text}.same(before, value):
			d.mark(member(path, key), p.Update, replace)
		}
	}
}

// set leaves out what is on both sides, wherever it stands, and compares the rest place by place: what the path then
// shows of old and new is what really went and came.
func (d differ) set(f field, path string, old, new property.Array, replace bool) {
	gone, came := everyIndex(property.New(old)), everyIndex(property.New(new))
	element := f.element()
	pair := func(i, j int, same func(a, b property.Value) bool) {
		if came[i] && gone[j] && same(old.Get(j), new.Get(i)) {
			delete(came, i)
			delete(gone, j)
		}
	}
	for _, same := range []func(a, b property.Value) bool{element.same, f.sameButComputed} {
		for i := range new.Len() {
			if i < old.Len() {
				pair(i, i, same)
			}
		}
		for i := range new.Len() {
			for j := range old.Len() {
				pair(i, j, same)
			}
		}
	}
	d.places(element, path, old, new, gone, came, replace)
}

// sameButComputed: the same element that lacks only what the engine fills in, such as a port's external number.
func (f field) sameButComputed(old, new property.Value) bool {
	if f.kind != objectSet || !old.IsMap() || !new.IsMap() || new.HasComputed() ||
		!(field{}).same(old.AsMap().Get(f.key), new.AsMap().Get(f.key)) {
		return false
	}
	trial := differ{}
	trial.object(f.elem, "", old.AsMap(), new.AsMap(), false)
	return len(trial) == 0
}

func (d differ) places(element field, path string, old, new property.Array, gone, came map[int]bool, replace bool) {
	for i := range gone {
		if !came[i] {
			d.mark(place(path, i), p.Delete, replace)
		}
	}
	for i := range came {
		if gone[i] {
			d.field(element, place(path, i), old.Get(i), new.Get(i), replace)
		} else {
			d.mark(place(path, i), p.Add, replace)
		}
	}
}

func everyIndex(v property.Value) map[int]bool {
	indexes := map[int]bool{}
	for i := range v.AsArray().Len() {
		indexes[i] = true
	}
	return indexes
}

func place(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }
