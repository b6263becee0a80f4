package plugintest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// In are a program's inputs: strings, ints, bools, lists of strings, nested In, and property values.
type In map[string]any

// Map turns the inputs into what a plugin gets.
func (in In) Map() property.Map {
	result := map[string]property.Value{}
	for name, value := range in {
		result[name] = toValue(value)
	}
	return property.NewMap(result)
}

// With is a copy with one input changed.
func (in In) With(name string, value any) In {
	changed := In{name: value}
	for other, kept := range in {
		if other != name {
			changed[other] = kept
		}
	}
	return changed
}

// Without is a copy with one input left out.
func (in In) Without(name string) In {
	changed := In{}
	for other, kept := range in {
		if other != name {
			changed[other] = kept
		}
	}
	return changed
}

// Unknown is an input that a preview does not know yet.
func Unknown() property.Value { return property.New(property.Computed) }

// Secret is a secret input.
func Secret(value any) property.Value { return toValue(value).WithSecret(true) }

func toValue(value any) property.Value {
	switch value := value.(type) {
	case property.Value:
		return value
	case string:
		return property.New(value)
	case int:
		return property.New(float64(value))
	case bool:
		return property.New(value)
	case []string:
		list := []property.Value{}
		for _, element := range value {
			list = append(list, property.New(element))
		}
		return property.New(list)
	case In:
		return property.New(value.Map())
	}
	panic(fmt.Sprintf("plugintest: no property value for %T", value))
}

// Text is a string property; the test fails where it is none.
func Text(t *testing.T, values property.Map, name string) string {
	t.Helper()
	value := values.Get(name)
	if !value.IsString() {
		t.Fatalf("%s is no string: %#v", name, value)
	}
	return value.AsString()
}

// Equal compares lists, with nil as the empty one.
func Equal(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got [%s], want [%s]", what, strings.Join(got, "; "), strings.Join(want, "; "))
	}
}
