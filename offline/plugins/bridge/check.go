package bridge

import (
	"context"
	"fmt"
	"sort"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

func (b *provider) check(_ context.Context, req p.CheckRequest) (p.CheckResponse, error) {
	r, err := b.resource(req.Urn.Type())
	if err != nil {
		return p.CheckResponse{}, err
	}
	inputs, failures := b.checkFields(r.Fields, "", dropNulls(fromMap(req.Inputs)), req.State)
	if r.AutoName != "" {
		if err := autoName(r, req, inputs); err != nil {
			return p.CheckResponse{}, err
		}
	}
	if r.Validate != nil && len(failures) == 0 {
		failures = r.Validate(b.known(r.Fields, inputs))
	}
	for name, field := range r.Fields {
		// Marked even when the check failed, so that no secret shows in the error's context.
		if value, ok := inputs[name]; ok && field.Secret {
			inputs[name] = value.WithSecret(true)
		}
	}
	return p.CheckResponse{Inputs: inputs.toMap(), Failures: failures}, nil
}

// checkFields returns the inputs with defaults, and what is wrong with them. A default that was filled in before is kept.
func (b *provider) checkFields(
	fields map[string]Field, prefix string, inputs Values, before property.Map,
) (Values, []p.CheckFailure) {
	var failures []p.CheckFailure
	fail := func(name, reason string, args ...any) {
		failures = append(failures, p.CheckFailure{Property: prefix + name, Reason: fmt.Sprintf(reason, args...)})
	}
	checked := Values{}
	for _, name := range sortedKeys(inputs) {
		value := inputs[name]
		if strings.HasPrefix(name, "__") {
			continue
		}
		field, ok := fields[name]
		switch {
		case !ok || !field.Input && field.Refused == "":
			fail(name, "unknown input %q; known ones are: %s", prefix+name, strings.Join(inputNames(fields), ", "))
			continue
		case field.Refused != "":
			fail(name, "input %q is not implemented by the offline stand-in for this plugin (%s); use the official plugin",
				prefix+name, field.Refused)
			continue
		}
		checked[name] = value
		if value.IsComputed() {
			continue
		}
		if !hasKind(value, field.Kind) {
			fail(name, "input %q must be %s, got %s", prefix+name, kindNames[field.Kind], show(value))
			continue
		}
		if field.Kind == Object {
			nested, wrong := b.checkFields(field.Fields, prefix+name+".", dropNulls(fromMap(value.AsMap())), property.Map{})
			checked[name] = property.New(nested.toMap()).WithSecret(value.Secret())
			failures = append(failures, wrong...)
		}
		for _, rule := range field.Rules {
			if !value.HasComputed() && !rule.Holds(value) {
				fail(name, "input %q must %s, got %s", prefix+name, rule.Says, show(value))
			}
		}
	}
	defaulted := []property.Value{}
	for _, name := range sortedKeys(fields) {
		field := fields[name]
		if _, ok := checked[name]; ok || !field.Input {
			continue
		}
		if field.Required {
			if _, given := inputs[name]; !given {
				fail(name, "missing required input %q", prefix+name)
			}
			continue
		}
		value, ok := field.defaultValue()
		// The framework's defaults belong to the plan; see planned.
		if !ok || b.Framework {
			continue
		}
		old, had := before.GetOk(name)
		if had && wasDefaulted(before, name) {
			value = old
		} else if empty(value) {
			// False, 0 and "" are what an unset input means anyway, and are not written down.
			continue
		}
		checked[name] = value
		defaulted = append(defaulted, property.New(name))
	}
	if !b.Framework {
		checked[defaultsKey] = property.New(defaulted)
	}
	return checked, failures
}

// autoName keeps a name that was generated before, so that only a new resource gets a new one.
func autoName(r *Resource, req p.CheckRequest, inputs Values) error {
	if _, ok := inputs[r.AutoName]; ok {
		return nil
	}
	name := req.State.Get(r.AutoName)
	if !name.IsString() || !wasDefaulted(req.State, r.AutoName) {
		generated, err := resource.NewUniqueName(req.RandomSeed, req.Urn.Name()+"-", 7, 255, nil)
		if err != nil {
			return err
		}
		name = property.New(generated)
	}
	inputs[r.AutoName] = name
	defaults := append(inputs[defaultsKey].AsArray().AsSlice(), property.New(r.AutoName))
	sort.Slice(defaults, func(i, j int) bool { return defaults[i].AsString() < defaults[j].AsString() })
	inputs[defaultsKey] = property.New(defaults)
	return nil
}

// wasDefaulted also holds for inputs without a list: a refresh drops an empty one, and so do old states.
func wasDefaulted(inputs property.Map, name string) bool {
	defaults := inputs.Get(defaultsKey)
	if !defaults.IsArray() {
		return true
	}
	for _, element := range defaults.AsArray().All {
		if element.IsString() && element.AsString() == name {
			return true
		}
	}
	return false
}

// known leaves out what a preview does not know yet, and adds the defaults.
func (b *provider) known(fields map[string]Field, inputs Values) Values {
	result := Values{}
	for name, field := range fields {
		if value, ok := inputs[name]; ok {
			if !value.HasComputed() {
				result[name] = value
			}
		} else if value, ok := field.defaultValue(); ok {
			result[name] = value
		}
	}
	return result
}

func dropNulls(values Values) Values {
	for name, value := range values {
		if value.IsNull() {
			delete(values, name)
		}
	}
	return values
}

func inputNames(fields map[string]Field) []string {
	var names []string
	for _, name := range sortedKeys(fields) {
		if fields[name].Input && fields[name].Refused == "" {
			names = append(names, name)
		}
	}
	return names
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
