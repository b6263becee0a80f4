package command

import (
	"context"
	"fmt"
	"slices"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// Settings are what a command and the run function have in common.
type Settings struct {
	Stdin                  *string            `pulumi:"stdin,optional"`
	Logging                *Logging           `pulumi:"logging,optional"`
	Interpreter            *[]string          `pulumi:"interpreter,optional"`
	Dir                    *string            `pulumi:"dir,optional"`
	Environment            *map[string]string `pulumi:"environment,optional"`
	AddPreviousOutputInEnv *bool              `pulumi:"addPreviousOutputInEnv,optional"`
}

// Captured is what a command printed.
type Captured struct {
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
}

var settings = []string{"stdin", "logging", "interpreter", "dir", "environment", "addPreviousOutputInEnv"}

var known = map[string][]string{
	"command:local:Command": append([]string{"triggers", "create", "update", "delete"}, settings...),
	"command:local:run":     append([]string{"command"}, settings...),
}

// strict refuses what the framework would let through unread.
func strict(provider p.Provider) p.Provider {
	check, diff, invoke := provider.Check, provider.Diff, provider.Invoke
	provider.Check = func(ctx context.Context, req p.CheckRequest) (p.CheckResponse, error) {
		if failures := unread(string(req.Urn.Type()), req.Inputs); len(failures) > 0 {
			return p.CheckResponse{Inputs: req.Inputs, Failures: failures}, nil
		}
		return check(ctx, req)
	}
	provider.Diff = func(ctx context.Context, req p.DiffRequest) (p.DiffResponse, error) {
		response, err := diff(ctx, req)
		replaceOnTriggers(response.DetailedDiff)
		return response, err
	}
	provider.Invoke = func(ctx context.Context, req p.InvokeRequest) (p.InvokeResponse, error) {
		if failures := unread(string(req.Token), req.Args); len(failures) > 0 {
			return p.InvokeResponse{Failures: failures}, nil
		}
		return invoke(ctx, req)
	}
	return provider
}

// replaceOnTriggers also covers a change inside the list. The official plugin calls that an update, and its SDK's
// replaceOnChanges then makes the engine replace the resource: the same in the end, also where no SDK asks for it.
func replaceOnTriggers(changes map[string]p.PropertyDiff) {
	replacing := map[p.DiffKind]p.DiffKind{p.Add: p.AddReplace, p.Delete: p.DeleteReplace, p.Update: p.UpdateReplace}
	for path, change := range changes {
		if kind, ok := replacing[change.Kind]; ok && strings.HasPrefix(path, "triggers") {
			change.Kind = kind
			changes[path] = change
		}
	}
}

func unread(token string, inputs property.Map) []p.CheckFailure {
	names, ok := known[token]
	if !ok {
		return []p.CheckFailure{{Reason: fmt.Sprintf(
			"the stand-in for the command plugin does not implement %s; use the official plugin", token)}}
	}
	var failures []p.CheckFailure
	for name, value := range inputs.AllStable {
		reason := fmt.Sprintf("unknown input %q; known ones are: %s", name, strings.Join(names, ", "))
		switch {
		case slices.Contains(names, name), value.IsNull(), strings.HasPrefix(name, "__"):
			continue
		case name == "assetPaths" || name == "archivePaths":
			reason = fmt.Sprintf("input %q is not implemented by the offline stand-in for this plugin "+
				"(it does not collect files); use the official plugin", name)
		}
		failures = append(failures, p.CheckFailure{Property: name, Reason: reason})
	}
	return failures
}
