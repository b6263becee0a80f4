package bridge

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

var kindNames = map[Kind]string{
	String: "a string", Int: "a whole number", Bool: "a boolean", StringList: "a list of strings",
	StringSet: "a list of strings", StringMap: "a map of strings", Object: "an object",
}

func hasKind(value property.Value, kind Kind) bool {
	switch kind {
	case String:
		return value.IsString()
	case Int:
		return value.IsNumber() && value.AsNumber() == math.Trunc(value.AsNumber())
	case Bool:
		return value.IsBool()
	case StringList, StringSet:
		return value.IsArray() && allStrings(value.AsArray().AsSlice())
	case StringMap:
		return value.IsMap() && allStrings(mapValues(value.AsMap()))
	default:
		return value.IsMap()
	}
}

func allStrings(values []property.Value) bool {
	for _, value := range values {
		if !value.IsString() && !value.IsComputed() {
			return false
		}
	}
	return true
}

func mapValues(m property.Map) []property.Value {
	var values []property.Value
	for _, value := range m.AllStable {
		values = append(values, value)
	}
	return values
}

// show quotes a value for an error message, unless it is secret.
func show(value property.Value) string {
	if value.HasSecrets() {
		return "[secret]"
	}
	plainValue := resource.ToResourcePropertyValue(value).Mappable()
	text, err := json.Marshal(plainValue)
	if err != nil {
		return fmt.Sprintf("%v", plainValue)
	}
	return string(text)
}
