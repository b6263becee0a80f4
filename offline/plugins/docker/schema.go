package docker

import (
	"context"
	"encoding/json"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// getSchema describes what this plugin knows, for what asks a plugin and no SDK: pulumi import and YAML programs.
func getSchema(context.Context, p.GetSchemaRequest) (p.GetSchemaResponse, error) {
	spec := schema.PackageSpec{
		Name:      Package,
		Version:   Version,
		Resources: map[string]schema.ResourceSpec{},
		Types:     map[string]schema.ComplexTypeSpec{},
		Config:    schema.ConfigSpec{Variables: properties(configFields, nil, "")},
		Provider:  schema.ResourceSpec{InputProperties: properties(configFields, nil, "")},
	}
	for _, r := range resources {
		inputs := properties(r.fields, spec.Types, r.noun)
		outputs := properties(append(append([]field{}, r.fields...), r.outputs...), spec.Types, r.noun)
		spec.Resources[r.token] = schema.ResourceSpec{
			ObjectTypeSpec:  schema.ObjectTypeSpec{Type: "object", Properties: outputs},
			InputProperties: inputs,
			RequiredInputs:  required(r.fields),
		}
	}
	encoded, err := json.Marshal(spec)
	return p.GetSchemaResponse{Schema: string(encoded)}, err
}

func required(fields []field) []string {
	var names []string
	for _, f := range fields {
		if f.required {
			names = append(names, f.name)
		}
	}
	return names
}

func properties(fields []field, types map[string]schema.ComplexTypeSpec, owner string) map[string]schema.PropertySpec {
	all := map[string]schema.PropertySpec{}
	for _, f := range fields {
		all[f.name] = schema.PropertySpec{
			TypeSpec: typeOf(f, types, owner), WillReplaceOnChanges: f.replaces,
		}
	}
	return all
}

func typeOf(f field, types map[string]schema.ComplexTypeSpec, owner string) schema.TypeSpec {
	texts := &schema.TypeSpec{Type: "string"}
	switch f.kind {
	case textList, textSet:
		return schema.TypeSpec{Type: "array", Items: texts}
	case textMap:
		return schema.TypeSpec{Type: "object", AdditionalProperties: texts}
	case object:
		token := Package + ":index/" + owner + f.name + ":" + owner + f.name
		types[token] = schema.ComplexTypeSpec{ObjectTypeSpec: schema.ObjectTypeSpec{
			Type: "object", Properties: properties(f.elem, types, owner+f.name), Required: required(f.elem),
		}}
		return schema.TypeSpec{Ref: "#/types/" + token}
	case objectSet:
		items := typeOf(field{name: f.name, kind: object, elem: f.elem}, types, owner)
		return schema.TypeSpec{Type: "array", Items: &items}
	}
	return schema.TypeSpec{Type: string(f.kind)}
}
