// Package bridge gives a stand-in the manners of Pulumi's bridged providers: how inputs are checked, what is
// shown as changed, what is replaced, what stays secret, and what a preview knows.
package bridge

import (
	"context"
	"fmt"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/middleware/cancel"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"matrix-synapse/offline/plugins/wire"
)

// defaultsKey lists, in a resource's inputs, the ones that the plugin filled in.
const defaultsKey = "__defaults"

// Provider describes a whole plugin.
type Provider struct {
	Name    string
	Version string
	// Framework says that the official provider is built on Terraform's plugin framework: defaults are planned and
	// not written into the inputs, and an empty value differs from an unset one.
	Framework bool
	Config    map[string]Field
	// Configure takes the checked configuration. It must not reach out: previews run without the server.
	Configure func(Values) error
	Resources []Resource
}

// Resource describes one resource type. Create, Read and Update return the outputs that they know; planned values
// stand for the rest.
type Resource struct {
	Token  tokens.Type
	Fields map[string]Field
	// SchemaVersion is the official one; it goes into the state, so that the official plugin can take it over.
	SchemaVersion int
	// AutoName names the input that becomes "<resource name>-<7 hex>" when the program leaves it out.
	AutoName string
	// DeleteBeforeReplace is set where the official plugin says that the old one stands in the way of a new one.
	DeleteBeforeReplace bool
	// Validate checks rules over several inputs. Unknown ones are absent.
	Validate func(Values) []p.CheckFailure
	// Plan adjusts the planned values and may ask for a replacement that no input calls for.
	Plan   func(*Plan)
	Create func(ctx context.Context, planned Values) (id string, outputs Values, err error)
	// Read returns nil outputs when the resource is gone. Without it the state stays as it is.
	Read   func(ctx context.Context, id string, state Values) (outputs Values, err error)
	Update func(ctx context.Context, id string, state, planned Values) (outputs Values, err error)
	Delete func(ctx context.Context, id string, state Values) error
	// Import finds a resource by the ID that the user gave; nil where the official provider cannot import.
	Import func(ctx context.Context, id string) (newID string, outputs Values, err error)
}

type provider struct {
	Provider
	byToken map[tokens.Type]*Resource
}

// Build makes the plugin.
func (b Provider) Build() p.Provider {
	built := &provider{Provider: b, byToken: map[tokens.Type]*Resource{}}
	for i := range b.Resources {
		built.byToken[b.Resources[i].Token] = &b.Resources[i]
	}
	return cancel.Wrap(p.Provider{
		GetSchema:   built.getSchema,
		CheckConfig: built.checkConfig,
		DiffConfig:  built.diffConfig,
		Configure:   built.configure,
		Invoke: func(_ context.Context, req p.InvokeRequest) (p.InvokeResponse, error) {
			return p.InvokeResponse{}, built.absent("function", req.Token)
		},
		Check:  built.check,
		Diff:   built.diff,
		Create: built.create,
		Read:   built.read,
		Update: built.update,
		Delete: built.delete,
	})
}

// Main runs the plugin.
func (b Provider) Main(ctx context.Context) error {
	return wire.Run(ctx, b.Name, b.Version, b.Build())
}

func (b *provider) resource(token tokens.Type) (*Resource, error) {
	if found, ok := b.byToken[token]; ok {
		return found, nil
	}
	return nil, b.absent("resource", token)
}

func (b *provider) absent(what string, token tokens.Type) error {
	return fmt.Errorf("the stand-in for the %s plugin does not implement the %s %s; use the official plugin",
		b.Name, what, token)
}
