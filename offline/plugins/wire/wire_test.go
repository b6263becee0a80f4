package wire

import (
	"context"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

const urn = "urn:pulumi:stack::project::test:index/thing:Thing::name"

type obj = map[string]any

// echo gives back what it is asked to check or read, and asks for no change.
func echo(t *testing.T) rpc.ResourceProviderServer {
	t.Helper()
	served, err := serve(nil, "test", "1.0.0", p.Provider{
		CheckConfig: func(_ context.Context, req p.CheckRequest) (p.CheckResponse, error) {
			return p.CheckResponse{Inputs: req.Inputs}, nil
		},
		Check: func(_ context.Context, req p.CheckRequest) (p.CheckResponse, error) {
			return p.CheckResponse{Inputs: req.Inputs}, nil
		},
		Diff: func(context.Context, p.DiffRequest) (p.DiffResponse, error) { return p.DiffResponse{}, nil },
		Read: func(_ context.Context, req p.ReadRequest) (p.ReadResponse, error) {
			return p.ReadResponse{ID: req.ID, Properties: req.Properties, Inputs: req.Inputs}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return served
}

func checked(t *testing.T, inputs resource.PropertyMap) resource.PropertyMap {
	t.Helper()
	options := plugin.MarshalOptions{KeepSecrets: true, KeepUnknowns: true, KeepOutputValues: true}
	sent, err := plugin.MarshalProperties(inputs, options)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := echo(t).Check(t.Context(), &rpc.CheckRequest{Urn: urn, News: sent})
	if err != nil {
		t.Fatal(err)
	}
	got, err := plugin.UnmarshalProperties(resp.Inputs, options)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func secret(value any) resource.PropertyValue {
	return resource.MakeSecret(resource.NewPropertyValue(value))
}

func TestOneSecretInAListHidesTheList(t *testing.T) {
	t.Parallel()
	inputs := resource.NewPropertyMapFromMap(obj{"plain": []any{obj{"file": "/a"}}, "name": "n"})
	inputs["uploads"] = resource.NewArrayProperty([]resource.PropertyValue{
		resource.NewPropertyValue(obj{"file": "/a", "content": "open"}),
		resource.NewObjectProperty(resource.PropertyMap{"file": resource.NewStringProperty("/b"), "content": secret("hush")}),
	})
	inputs["object"] = resource.NewObjectProperty(resource.PropertyMap{
		"open": resource.NewStringProperty("x"),
		"list": resource.NewArrayProperty([]resource.PropertyValue{secret("hush")}),
	})
	inputs["password"] = secret("hush")
	got := checked(t, inputs)

	want := resource.NewPropertyMapFromMap(obj{"plain": []any{obj{"file": "/a"}}, "name": "n"})
	want["uploads"] = secret([]any{obj{"file": "/a", "content": "open"}, obj{"file": "/b", "content": "hush"}})
	want["object"] = resource.NewObjectProperty(resource.PropertyMap{
		"open": resource.NewStringProperty("x"), "list": secret([]any{"hush"}),
	})
	want["password"] = secret("hush")
	if !got.DeepEquals(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestASecretThatIsNotKnownYetHidesItsListToo(t *testing.T) {
	t.Parallel()
	later := resource.NewOutputProperty(resource.Output{Element: resource.NewStringProperty(""), Secret: true})
	got := checked(t, resource.PropertyMap{"list": resource.NewArrayProperty([]resource.PropertyValue{later})})["list"]
	if !got.IsSecret() {
		t.Fatalf("got %v, want a secret", got)
	}
	if list := got.SecretValue().Element; !list.IsArray() || !list.ContainsUnknowns() || list.ContainsSecrets() {
		t.Errorf("inside is %v, want a list with something unknown", list)
	}
}

func TestAListThatCameFromAResourceIsHiddenToo(t *testing.T) {
	t.Parallel()
	got := checked(t, resource.PropertyMap{"list": resource.NewOutputProperty(resource.Output{
		Element: resource.NewArrayProperty([]resource.PropertyValue{resource.NewStringProperty("open"), secret("hush")}),
		Known:   true, Dependencies: []resource.URN{urn},
	})})["list"]
	if !got.IsOutput() || !got.OutputValue().Secret || got.OutputValue().Element.ContainsSecrets() {
		t.Errorf("got %v, want a secret output with a plain list", got)
	}
}

func TestAnUnsetSecretOfABridgedPluginCanBeRead(t *testing.T) {
	t.Parallel()
	state, err := structpb.NewStruct(obj{
		"name": "n", "passwordWo": obj{markKey: secretMark, valueKey: nil},
		"nested": obj{"empty": obj{markKey: secretMark}}, "list": []any{obj{"empty": obj{markKey: secretMark}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := echo(t).Diff(t.Context(), &rpc.DiffRequest{Urn: urn, Olds: state, News: &structpb.Struct{}}); err != nil {
		t.Error(err)
	}
}

func TestTheBridgesRecordOfAStateIsNotPassedOn(t *testing.T) {
	t.Parallel()
	state, err := structpb.NewStruct(obj{"name": "n", bridgeRecord: obj{"obj": obj{}}})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := echo(t).Read(t.Context(), &rpc.ReadRequest{Id: "i", Urn: urn, Properties: state, Inputs: &structpb.Struct{}})
	if err != nil {
		t.Fatal(err)
	}
	if got := resp.Properties.AsMap(); got["name"] != "n" || got[bridgeRecord] != nil {
		t.Errorf("got %v", got)
	}
}

func TestTheFrameworkLeavesNothingInAProvidersInputs(t *testing.T) {
	t.Parallel()
	resp, err := echo(t).CheckConfig(t.Context(), &rpc.CheckRequest{Urn: urn, News: &structpb.Struct{}})
	if err != nil {
		t.Fatal(err)
	}
	if len(resp.Inputs.GetFields()) > 0 {
		t.Errorf("got %v", resp.Inputs)
	}
}
