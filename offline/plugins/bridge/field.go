package bridge

import (
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Kind is the type of a property as the official schema names it.
type Kind int

const (
	String Kind = iota
	Int
	Bool
	StringList // order matters
	StringSet  // order does not matter
	StringMap
	Object
)

// Field describes one property of a resource or of the provider's configuration.
type Field struct {
	Kind Kind
	// Input says that a program may set it. Without it the property is an output.
	Input bool
	// Required inputs have neither a default nor a value of the provider's own choice.
	Required bool
	// Computed says that the provider chooses a value where the program gives none.
	Computed bool
	// Secret marks the output, whether or not the program's value was marked.
	Secret bool
	// Default is a string, an int or a bool; nil for none.
	Default any
	// Env names variables that take precedence over Default.
	Env []string
	// Replaces decides whether a change from old to new calls for a new resource; nil means never.
	Replaces func(old, new property.Value) bool
	// Refused is set on an official input that the stand-in does not implement, and says why.
	Refused string
	// Rules hold for every known value.
	Rules []Rule
	// Fields are the properties of an Object.
	Fields map[string]Field
}

// Rule is one condition on a value. Says completes the sentence "it must …".
type Rule struct {
	Says  string
	Holds func(property.Value) bool
}

// Always is the usual Field.Replaces.
func Always(_, _ property.Value) bool { return true }

// OneOf holds for the given strings; of a list it looks at every element.
func OneOf(says string, allowed ...string) Rule {
	known := map[string]bool{}
	for _, name := range allowed {
		known[name] = true
	}
	return Rule{Says: says, Holds: func(value property.Value) bool {
		for _, element := range elements(value) {
			if element.IsString() && !known[element.AsString()] {
				return false
			}
		}
		return true
	}}
}

// AtLeast holds for numbers that are not smaller than min.
func AtLeast(min int, says string) Rule {
	return Rule{Says: says, Holds: func(value property.Value) bool {
		return value.AsNumber() >= float64(min)
	}}
}

// NoEmptyElements refuses a list with an empty string in it.
func NoEmptyElements() Rule {
	return Rule{Says: "contain no empty string", Holds: func(value property.Value) bool {
		for _, element := range elements(value) {
			if element.IsString() && element.AsString() == "" {
				return false
			}
		}
		return true
	}}
}

func elements(value property.Value) []property.Value {
	if value.IsArray() {
		return value.AsArray().AsSlice()
	}
	return []property.Value{value}
}

func (f Field) defaultValue() (property.Value, bool) {
	switch value := f.Default.(type) {
	case string:
		return property.New(value), true
	case int:
		return property.New(float64(value)), true
	case bool:
		return property.New(value), true
	}
	return property.Value{}, false
}
