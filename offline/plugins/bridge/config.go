package bridge

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

func (b *provider) configure(_ context.Context, req p.ConfigureRequest) error {
	if b.Configure == nil {
		return nil
	}
	config, failures := b.checkedConfig(req.Args)
	if len(failures) > 0 {
		return fmt.Errorf("provider configuration: %s: %s", failures[0].Property, failures[0].Reason)
	}
	return b.Configure(fromMap(config))
}

func (b *provider) checkConfig(_ context.Context, req p.CheckRequest) (p.CheckResponse, error) {
	_, failures := b.checkedConfig(req.Inputs)
	// The inputs stay as the SDK wrote them: JSON in strings is what the engine keeps for providers.
	return p.CheckResponse{Inputs: req.Inputs, Failures: failures}, nil
}

func (b *provider) diffConfig(_ context.Context, req p.DiffRequest) (p.DiffResponse, error) {
	old, _ := b.checkedConfig(req.OldInputs)
	new, _ := b.checkedConfig(req.Inputs)
	changes := map[string]p.PropertyDiff{}
	for name, field := range b.Config {
		compare(field, name, old.Get(name), new.Get(name), false, b.Framework, changes)
	}
	return p.DiffResponse{HasChanges: len(changes) > 0, DetailedDiff: changes}, nil
}

// checkedConfig checks provider configuration, whose values SDKs send as JSON inside strings.
func (b *provider) checkedConfig(inputs property.Map) (property.Map, []p.CheckFailure) {
	values := dropNulls(fromMap(inputs))
	for _, engineOwn := range []string{"version", "pluginDownloadURL"} {
		if _, ok := b.Config[engineOwn]; !ok {
			delete(values, engineOwn)
		}
	}
	for name, value := range values {
		field, ok := b.Config[name]
		if ok && field.Kind != String && value.IsString() {
			values[name] = fromJSON(value)
		}
	}
	for name, field := range b.Config {
		for _, variable := range field.Env {
			text, set := os.LookupEnv(variable)
			if _, given := values[name]; given || !set || text == "" {
				continue
			}
			values[name] = property.New(text)
			if field.Kind != String {
				values[name] = fromJSON(values[name])
			}
		}
	}
	checked, failures := b.checkFields(b.Config, "", values, property.Map{})
	delete(checked, defaultsKey)
	return checked.toMap(), failures
}

func fromJSON(value property.Value) property.Value {
	var parsed any
	if err := json.Unmarshal([]byte(value.AsString()), &parsed); err != nil {
		return value
	}
	decoded := resource.FromResourcePropertyValue(resource.NewPropertyValue(parsed))
	return decoded.WithSecret(value.Secret())
}
