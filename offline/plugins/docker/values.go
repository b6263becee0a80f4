package docker

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// toValue is for what the engine reports and for defaults.
func toValue(v any) property.Value {
	switch v := v.(type) {
	case nil:
		return property.Value{}
	case property.Value:
		return v
	case string:
		return property.New(v)
	case bool:
		return property.New(v)
	case int:
		return property.New(float64(v))
	case int64:
		return property.New(float64(v))
	case []string:
		items := make([]property.Value, len(v))
		for i, item := range v {
			items[i] = property.New(item)
		}
		return property.New(property.NewArray(items))
	case map[string]string:
		members := make(map[string]property.Value, len(v))
		for key, item := range v {
			members[key] = property.New(item)
		}
		return property.New(property.NewMap(members))
	case map[string]any:
		members := make(map[string]property.Value, len(v))
		for key, item := range v {
			members[key] = toValue(item)
		}
		return property.New(property.NewMap(members))
	case []map[string]any:
		items := make([]property.Value, len(v))
		for i, item := range v {
			items[i] = toValue(item)
		}
		return property.New(property.NewArray(items))
	}
	panic(fmt.Sprintf("no property value for a %T", v))
}

// The readers below give the zero value for what is unset, as the official plugin's do.

func textOf(m property.Map, key string) string {
	if v := m.Get(key); v.IsString() {
		return v.AsString()
	}
	return ""
}

func flagOf(m property.Map, key string) bool {
	v := m.Get(key)
	return v.IsBool() && v.AsBool()
}

func wholeOf(m property.Map, key string) int64 {
	if v := m.Get(key); v.IsNumber() {
		return int64(v.AsNumber())
	}
	return 0
}

func textsOf(m property.Map, key string) []string {
	var texts []string
	if v := m.Get(key); v.IsArray() {
		for _, item := range v.AsArray().All {
			if item.IsString() {
				texts = append(texts, item.AsString())
			}
		}
	}
	return texts
}

func textMapOf(m property.Map, key string) map[string]string {
	var texts map[string]string
	for name, item := range objectOf(m, key).All {
		if item.IsString() && !internal(name) {
			if texts == nil {
				texts = map[string]string{}
			}
			texts[name] = item.AsString()
		}
	}
	return texts
}

func objectOf(m property.Map, key string) property.Map {
	if v := m.Get(key); v.IsMap() {
		return v.AsMap()
	}
	return property.Map{}
}

func objectsOf(m property.Map, key string) []property.Map {
	var objects []property.Map
	if v := m.Get(key); v.IsArray() {
		for _, item := range v.AsArray().All {
			if item.IsMap() {
				objects = append(objects, item.AsMap())
			}
		}
	}
	return objects
}

// labelsOf reads the label-and-value pairs that containers, networks and volumes share.
func labelsOf(m property.Map) map[string]string {
	labels := map[string]string{}
	for _, label := range objectsOf(m, "labels") {
		labels[textOf(label, "label")] = textOf(label, "value")
	}
	return labels
}

// withoutInternal drops the bookkeeping at every depth and keeps secret marks: what inputs become as outputs.
func withoutInternal(v property.Value) property.Value {
	switch {
	case v.IsMap():
		members := map[string]property.Value{}
		for key, item := range v.AsMap().All {
			if !internal(key) {
				members[key] = withoutInternal(item)
			}
		}
		return property.WithGoValue(v, property.NewMap(members))
	case v.IsArray():
		items := make([]property.Value, 0, v.AsArray().Len())
		for _, item := range v.AsArray().All {
			items = append(items, withoutInternal(item))
		}
		return property.WithGoValue(v, property.NewArray(items))
	}
	return v
}
