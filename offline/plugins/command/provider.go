// Package command stands in for the official command plugin. That one is built on the same framework, so what the
// framework decides (diffs, unknowns, secrets) is alike by construction.
package command

import (
	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi-go-provider/middleware/schema"
)

// Version is the official plugin's version that this one answers for.
const Version = "1.2.1"

// Provider makes the plugin.
func Provider() p.Provider {
	return strict(infer.Provider(infer.Options{
		Metadata:  schema.Metadata{DisplayName: "Command"},
		Resources: []infer.InferredResource{infer.Resource(&Command{})},
		Functions: []infer.InferredFunction{infer.Function(&Run{})},
	}))
}
