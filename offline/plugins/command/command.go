package command

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Command is a resource made by command lines.
type Command struct{}

// Inputs of a Command. Only triggers replace it.
type Inputs struct {
	Triggers *[]any  `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Create   *string `pulumi:"create,optional"`
	Update   *string `pulumi:"update,optional"`
	Delete   *string `pulumi:"delete,optional"`
	Settings
}

// Outputs of a Command: the inputs and what the last command line printed.
type Outputs struct {
	Inputs
	Captured
}

// Annotate gives the resource its official token.
func (c *Command) Annotate(a infer.Annotator) {
	a.SetToken("local", "Command")
}

// Create runs `create`.
func (*Command) Create(ctx context.Context, req infer.CreateRequest[Inputs]) (infer.CreateResponse[Outputs], error) {
	outputs := Outputs{Inputs: req.Inputs}
	id, err := resource.NewUniqueHex(req.Name, 8, 0)
	if err == nil && !req.DryRun && req.Inputs.Create != nil {
		outputs.Captured, err = run(ctx, *req.Inputs.Create, req.Inputs.Settings, Captured{})
	}
	return infer.CreateResponse[Outputs]{ID: id, Output: outputs}, err
}

// Update runs `update`, or `create` where there is none.
func (*Command) Update(
	ctx context.Context, req infer.UpdateRequest[Inputs, Outputs],
) (infer.UpdateResponse[Outputs], error) {
	outputs := Outputs{Inputs: req.Inputs, Captured: req.State.Captured}
	line := req.Inputs.Update
	if line == nil {
		line = req.Inputs.Create
	}
	if line == nil || req.DryRun {
		return infer.UpdateResponse[Outputs]{Output: outputs}, nil
	}
	captured, err := run(ctx, *line, req.Inputs.Settings, req.State.Captured)
	outputs.Captured = captured
	return infer.UpdateResponse[Outputs]{Output: outputs}, err
}

// Delete runs `delete`.
func (*Command) Delete(ctx context.Context, req infer.DeleteRequest[Outputs]) (infer.DeleteResponse, error) {
	if req.State.Inputs.Delete == nil {
		return infer.DeleteResponse{}, nil
	}
	_, err := run(ctx, *req.State.Inputs.Delete, req.State.Settings, req.State.Captured)
	return infer.DeleteResponse{}, err
}
