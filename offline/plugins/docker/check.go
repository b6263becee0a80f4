package docker

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"math"
	"slices"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

const (
	defaultsKey = "__defaults" // which values the program did not set, as the bridge records it
	maximalName = 255
	metaKey     = "__meta" // what the bridge remembers of a state
)

// check validates a program's inputs and fills in the official defaults.
func (r resource) check(inputs, olds property.Map, name string) (property.Map, []p.CheckFailure) {
	c := &checker{noun: r.noun}
	checked := c.object(r.fields, inputs, "")
	if f, ok := autonamed(r.fields); ok && checked.Get(f.name).IsNull() {
		checked = withDefault(checked, f.name, autoname(f, olds, name))
	}
	return checked, c.failures
}

type checker struct {
	noun     string
	failures []p.CheckFailure
}

func (c *checker) fail(path, reason string, args ...any) {
	c.failures = append(c.failures, p.CheckFailure{Property: path, Reason: fmt.Sprintf(reason, args...)})
}

func (c *checker) object(fields []field, inputs property.Map, path string) property.Map {
	checked := inputs.AsMap()
	delete(checked, defaultsKey)
	var defaulted []string
	for key, value := range inputs.AllStable {
		if _, known := find(fields, key); !known && !internal(key) && !value.IsNull() {
			c.fail(join(path, key), "the stand-in of @pulumi/docker does not know %s input %s", c.noun, join(path, key))
		}
	}
	for _, f := range fields {
		value := inputs.Get(f.name)
		switch {
		case !value.IsNull():
			checked[f.name] = c.value(f, value, join(path, f.name))
		case f.required:
			c.fail(join(path, f.name), "%s needs %s", c.noun, join(path, f.name))
		case f.fallback != nil:
			checked[f.name] = toValue(f.fallback)
			defaulted = append(defaulted, f.name)
		}
	}
	checked[defaultsKey] = toValue(append([]string{}, defaulted...))
	return property.NewMap(checked)
}

func (c *checker) value(f field, value property.Value, path string) property.Value {
	if value.IsComputed() {
		return value
	}
	if !f.kind.holds(value) {
		c.fail(path, "%s input %s must be a %s, but is %s", c.noun, path, f.kind, shape(value))
		return value
	}
	if f.check != nil {
		if wrong := f.check(value); wrong != "" {
			c.fail(path, "%s input %s %s, but is %s", c.noun, path, wrong, quoted(value))
		}
	}
	switch f.kind {
	case object:
		return property.WithGoValue(value, c.object(f.elem, value.AsMap(), path))
	case objectSet, textSet, textList:
		var items []property.Value
		for i, item := range value.AsArray().All {
			items = append(items, c.value(f.element(), item, fmt.Sprintf("%s[%d]", path, i)))
		}
		return property.WithGoValue(value, property.NewArray(items))
	case textMap:
		for key, item := range value.AsMap().AllStable {
			c.value(field{kind: text}, item, member(path, key))
		}
	}
	return value
}

func (k kind) holds(v property.Value) bool {
	switch k {
	case text:
		return v.IsString()
	case flag:
		return v.IsBool()
	case whole:
		return v.IsNumber() && v.AsNumber() == math.Trunc(v.AsNumber())
	case textMap, object:
		return v.IsMap()
	}
	return v.IsArray()
}

func shape(v property.Value) string {
	switch {
	case v.IsArray():
		return "a list"
	case v.IsMap():
		return "an object"
	case v.IsNull():
		return "null"
	case v.IsAsset() || v.IsArchive():
		return "an asset"
	}
	return quoted(v)
}

// quoted shows a scalar, unless it is secret: errors end up in logs.
func quoted(v property.Value) string {
	switch {
	case v.HasSecrets():
		return "a secret that is not"
	case v.IsString():
		return fmt.Sprintf("%q", v.AsString())
	case v.IsNumber():
		return fmt.Sprint(v.AsNumber())
	case v.IsBool():
		return fmt.Sprint(v.AsBool())
	}
	return "not"
}

func autonamed(fields []field) (field, bool) {
	i := slices.IndexFunc(fields, func(f field) bool { return f.autoname })
	if i < 0 {
		return field{}, false
	}
	return fields[i], true
}

// autoname keeps the name that an earlier run made up, as a new one would replace the resource.
func autoname(f field, olds property.Map, name string) property.Value {
	if old := olds.Get(f.name); old.IsString() && isDefault(olds, f.name) {
		return old
	}
	random := make([]byte, 4)
	if _, err := rand.Read(random); err != nil {
		panic(err)
	}
	suffix := "-" + hex.EncodeToString(random)[:7]
	return property.New(name[:min(len(name), maximalName-len(suffix))] + suffix)
}

func isDefault(inputs property.Map, name string) bool {
	return slices.Contains(textsOf(inputs, defaultsKey), name)
}

func withDefault(inputs property.Map, name string, value property.Value) property.Map {
	defaulted := append(textsOf(inputs, defaultsKey), name)
	slices.Sort(defaulted)
	return inputs.Set(name, value).Set(defaultsKey, toValue(defaulted))
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func member(path, key string) string { return fmt.Sprintf("%s[%q]", path, key) }
