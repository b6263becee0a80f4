package bridge

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

func (b *provider) diff(_ context.Context, req p.DiffRequest) (p.DiffResponse, error) {
	r, err := b.resource(req.Urn.Type())
	if err != nil {
		return p.DiffResponse{}, err
	}
	state := fromMap(req.State)
	plan := b.planned(r, fromMap(req.Inputs), state)
	changes := map[string]p.PropertyDiff{}
	for _, name := range sortedKeys(r.Fields) {
		field, new := r.Fields[name], plan.Values[name]
		if ignored(req.IgnoreChanges, name) {
			continue
		}
		if plan.Replace[name] {
			changes[name] = p.PropertyDiff{Kind: p.UpdateReplace}
			continue
		}
		// What the provider itself chooses is no change until it is known.
		if _, given := plan.Inputs[name]; !given && new.IsComputed() {
			continue
		}
		compare(field, name, state[name], new, true, b.Framework, changes)
	}
	replace := false
	for _, change := range changes {
		replace = replace || strings.HasSuffix(string(change.Kind), "replace")
	}
	return p.DiffResponse{
		HasChanges:          len(changes) > 0,
		DetailedDiff:        changes,
		DeleteBeforeReplace: replace && (r.DeleteBeforeReplace || nameIsTaken(r, req.Inputs)),
	}, nil
}

// nameIsTaken says that a new resource cannot stand beside the old one: the program chose the name, not the plugin.
func nameIsTaken(r *Resource, inputs property.Map) bool {
	_, named := inputs.GetOk(r.AutoName)
	return named && !wasDefaulted(inputs, r.AutoName)
}

// compare adds the paths at which old and new differ.
func compare(field Field, path string, old, new property.Value, mayReplace, framework bool, changes map[string]p.PropertyDiff) {
	old, new = plain(old), plain(new)
	if same(field, old, new, framework) {
		return
	}
	replace := mayReplace && field.Replaces != nil && field.Replaces(old, new)
	record := func(path string, old, new property.Value) {
		changes[path] = p.PropertyDiff{Kind: kindOf(old, new, replace)}
	}
	switch {
	case old.IsNull() || new.IsNull() || new.IsComputed() || old.IsComputed():
		record(path, old, new)
	case field.Kind == StringMap || field.Kind == Object:
		was, is := old.AsMap().AsMap(), new.AsMap().AsMap()
		for _, key := range sortedKeys(union(was, is)) {
			if !was[key].Equals(is[key]) {
				record(path+pathStep(key), was[key], is[key])
			}
		}
	case field.Kind == StringSet:
		was, is := old.AsArray().AsSlice(), new.AsArray().AsSlice()
		compareLists(path, missing(was, is), missing(is, was), record)
	case field.Kind == StringList:
		compareLists(path, old.AsArray().AsSlice(), new.AsArray().AsSlice(), record)
	default:
		record(path, old, new)
	}
}

func compareLists(path string, old, new []property.Value, record func(string, property.Value, property.Value)) {
	for i := 0; i < len(old) || i < len(new); i++ {
		var was, is property.Value
		if i < len(old) {
			was = old[i]
		}
		if i < len(new) {
			is = new[i]
		}
		if !was.Equals(is) {
			record(fmt.Sprintf("%s[%d]", path, i), was, is)
		}
	}
}

// missing blanks the elements that are in other too; the rest keep their index.
func missing(list, other []property.Value) []property.Value {
	rest := make([]property.Value, len(list))
	for i, element := range list {
		if !contains(other, element) {
			rest[i] = element
		}
	}
	return rest
}

func same(field Field, old, new property.Value, framework bool) bool {
	if new.HasComputed() {
		return false
	}
	if !framework {
		// Terraform's older SDK does not tell an empty value from an unset one.
		if empty(old) && empty(new) {
			return true
		}
	}
	if field.Kind == StringSet && old.IsArray() && new.IsArray() {
		was, is := old.AsArray().AsSlice(), new.AsArray().AsSlice()
		return containsAll(was, is) && containsAll(is, was)
	}
	return old.Equals(new)
}

func empty(value property.Value) bool {
	switch {
	case value.IsNull():
		return true
	case value.IsString():
		return value.AsString() == ""
	case value.IsNumber():
		return value.AsNumber() == 0
	case value.IsBool():
		return !value.AsBool()
	case value.IsArray():
		return value.AsArray().Len() == 0
	case value.IsMap():
		return value.AsMap().Len() == 0
	}
	return false
}

func contains(list []property.Value, element property.Value) bool {
	for _, candidate := range list {
		if candidate.Equals(element) {
			return true
		}
	}
	return false
}

func containsAll(list, elements []property.Value) bool {
	for _, element := range elements {
		if !contains(list, element) {
			return false
		}
	}
	return true
}

func kindOf(old, new property.Value, replace bool) p.DiffKind {
	kinds := map[bool][3]p.DiffKind{
		false: {p.Add, p.Delete, p.Update},
		true:  {p.AddReplace, p.DeleteReplace, p.UpdateReplace},
	}[replace]
	switch {
	case old.IsNull():
		return kinds[0]
	case new.IsNull():
		return kinds[1]
	}
	return kinds[2]
}

var identifier = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`)

func pathStep(key string) string {
	if identifier.MatchString(key) {
		return "." + key
	}
	return `["` + strings.ReplaceAll(key, `"`, `\"`) + `"]`
}

func ignored(paths []string, name string) bool {
	for _, path := range paths {
		if path == name || strings.HasPrefix(path, name+".") || strings.HasPrefix(path, name+"[") {
			return true
		}
	}
	return false
}

func union(a, b map[string]property.Value) map[string]bool {
	keys := map[string]bool{}
	for key := range a {
		keys[key] = true
	}
	for key := range b {
		keys[key] = true
	}
	return keys
}
