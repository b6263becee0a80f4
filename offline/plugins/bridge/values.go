package bridge

import "github.com/pulumi/pulumi/sdk/v3/go/property"

// Values are a resource's properties. The accessors give the zero value for what is unset.
type Values map[string]property.Value

// Text is a string property.
func (v Values) Text(name string) string {
	if value := v[name]; value.IsString() {
		return value.AsString()
	}
	return ""
}

// Whole is a number property.
func (v Values) Whole(name string) int {
	if value := v[name]; value.IsNumber() {
		return int(value.AsNumber())
	}
	return 0
}

// Truth is a boolean property.
func (v Values) Truth(name string) bool {
	value := v[name]
	return value.IsBool() && value.AsBool()
}

// List is a list or set of strings.
func (v Values) List(name string) []string {
	value := v[name]
	if !value.IsArray() {
		return nil
	}
	var list []string
	for _, element := range value.AsArray().AsSlice() {
		if element.IsString() {
			list = append(list, element.AsString())
		}
	}
	return list
}

// Object is a nested object, nil where it is unset.
func (v Values) Object(name string) Values {
	value := v[name]
	if !value.IsMap() {
		return nil
	}
	return Values(value.AsMap().AsMap())
}

// Set sets a property to a string, int, bool or list of strings.
func (v Values) Set(name string, value any) {
	switch value := value.(type) {
	case string:
		v[name] = property.New(value)
	case int:
		v[name] = property.New(float64(value))
	case bool:
		v[name] = property.New(value)
	case []string:
		list := make([]property.Value, len(value))
		for i, element := range value {
			list[i] = property.New(element)
		}
		v[name] = property.New(list)
	default:
		panic("bridge.Values.Set: unsupported type")
	}
}

// Differs says whether a property has another value than in other.
func (v Values) Differs(other Values, name string) bool {
	return !plain(v[name]).Equals(plain(other[name]))
}

func (v Values) clone() Values {
	copied := make(Values, len(v))
	for name, value := range v {
		copied[name] = value
	}
	return copied
}

func fromMap(m property.Map) Values { return Values(m.AsMap()) }

func (v Values) toMap() property.Map { return property.NewMap(v) }

// plain drops secret marks and dependencies, which are no part of what a value says.
func plain(value property.Value) property.Value {
	switch {
	case value.IsArray():
		// Never nil, which would turn an empty list into null.
		list := []property.Value{}
		for _, element := range value.AsArray().AsSlice() {
			list = append(list, plain(element))
		}
		return property.New(list)
	case value.IsMap():
		object := value.AsMap().AsMap()
		for name := range object {
			if name == defaultsKey {
				delete(object, name)
				continue
			}
			object[name] = plain(object[name])
		}
		return property.New(object)
	}
	return value.WithSecret(false).WithDependencies(nil)
}
