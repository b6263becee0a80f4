package wire

import "google.golang.org/protobuf/types/known/structpb"

// How a value says that it is more than a plain one. Source: pulumi/sdk/go/common/resource/sig
const (
	markKey    = "4dabf18193072939515e22adb298388d"
	secretMark = "1b47061264138c4ac30d75fd1eb44270"
	outputMark = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
	valueKey   = "value"
	secretKey  = "secret"
)

// maskLists makes a list secret as a whole where anything in it is. Bridged plugins are sent no secret marks; the engine
// puts them back by the names of properties, and in a list there are none.
// Source: annotateSecrets in pulumi/sdk/go/common/resource/plugin/provider_plugin.go
func maskLists(properties *structpb.Struct) {
	for key, value := range properties.GetFields() {
		inner := value.GetStructValue()
		switch {
		case value.GetListValue() != nil && hasSecrets(value):
			properties.Fields[key] = structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{
				markKey:  structpb.NewStringValue(secretMark),
				valueKey: withoutMarks(value),
			}})
		case kindOf(inner) == outputMark && inner.Fields[valueKey].GetListValue() != nil && hasSecrets(value):
			withoutMarks(value)
			inner.Fields[secretKey] = structpb.NewBoolValue(true)
		case kindOf(inner) == "":
			maskLists(inner)
		}
	}
}

func kindOf(value *structpb.Struct) string { return value.GetFields()[markKey].GetStringValue() }

func hasSecrets(value *structpb.Value) bool {
	fields := value.GetStructValue().GetFields()
	switch kindOf(value.GetStructValue()) {
	case secretMark:
		return true
	case outputMark:
		if fields[secretKey].GetBoolValue() {
			return true
		}
	}
	for _, field := range fields {
		if hasSecrets(field) {
			return true
		}
	}
	for _, item := range value.GetListValue().GetValues() {
		if hasSecrets(item) {
			return true
		}
	}
	return false
}

func withoutMarks(value *structpb.Value) *structpb.Value {
	fields := value.GetStructValue().GetFields()
	switch kindOf(value.GetStructValue()) {
	case secretMark:
		return withoutMarks(fields[valueKey])
	case outputMark:
		delete(fields, secretKey)
	}
	for key, field := range fields {
		fields[key] = withoutMarks(field)
	}
	if list := value.GetListValue(); list != nil {
		for i, item := range list.Values {
			list.Values[i] = withoutMarks(item)
		}
	}
	return value
}
