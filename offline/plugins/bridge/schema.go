package bridge

import (
	"context"
	"encoding/json"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// getSchema describes what is implemented; `pulumi import` writes code from it.
func (b *provider) getSchema(context.Context, p.GetSchemaRequest) (p.GetSchemaResponse, error) {
	types := map[string]schema.ComplexTypeSpec{}
	spec := schema.PackageSpec{
		Name:      b.Name,
		Version:   b.Version,
		Types:     types,
		Resources: map[string]schema.ResourceSpec{},
		Provider:  b.resourceSpec("", b.Config, types),
		Config:    schema.ConfigSpec{Variables: b.resourceSpec("", b.Config, types).InputProperties},
	}
	for _, r := range b.Resources {
		spec.Resources[string(r.Token)] = b.resourceSpec(string(r.Token), r.Fields, types)
	}
	text, err := json.Marshal(spec)
	return p.GetSchemaResponse{Schema: string(text)}, err
}

func (b *provider) resourceSpec(token string, fields map[string]Field, types map[string]schema.ComplexTypeSpec) schema.ResourceSpec {
	spec := schema.ResourceSpec{InputProperties: map[string]schema.PropertySpec{}}
	spec.Type = "object"
	spec.Properties = map[string]schema.PropertySpec{}
	for _, name := range sortedKeys(fields) {
		field := fields[name]
		if field.Refused != "" {
			continue
		}
		described := schema.PropertySpec{TypeSpec: typeSpec(token, name, field, types), Secret: field.Secret}
		if token != "" || field.Kind == String {
			spec.Properties[name] = described
		}
		if field.Input {
			spec.InputProperties[name] = described
		}
		if field.Required {
			spec.RequiredInputs = append(spec.RequiredInputs, name)
			spec.Required = append(spec.Required, name)
		}
	}
	return spec
}

func typeSpec(token, name string, field Field, types map[string]schema.ComplexTypeSpec) schema.TypeSpec {
	text := schema.TypeSpec{Type: "string"}
	switch field.Kind {
	case Int:
		return schema.TypeSpec{Type: "integer"}
	case Bool:
		return schema.TypeSpec{Type: "boolean"}
	case StringList, StringSet:
		return schema.TypeSpec{Type: "array", Items: &text}
	case StringMap:
		return schema.TypeSpec{Type: "object", AdditionalProperties: &text}
	case Object:
		nested := schema.ComplexTypeSpec{}
		nested.Type = "object"
		nested.Properties = map[string]schema.PropertySpec{}
		for _, inner := range sortedKeys(field.Fields) {
			nested.Properties[inner] = schema.PropertySpec{TypeSpec: typeSpec(token, inner, field.Fields[inner], types)}
		}
		key := token + name
		types[key] = nested
		return schema.TypeSpec{Ref: "#/types/" + key}
	}
	return text
}
