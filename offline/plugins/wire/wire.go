// Package wire runs a stand-in so that what passes between it and the engine is what passes with a bridged plugin.
package wire

import (
	"context"

	p "github.com/pulumi/pulumi-go-provider"
	pprovider "github.com/pulumi/pulumi/pkg/v3/resource/provider"
	rpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// Run serves the plugin until the engine ends it.
func Run(ctx context.Context, name, version string, plugin p.Provider) error {
	return pprovider.MainContext(ctx, name, func(host *pprovider.HostClient) (rpc.ResourceProviderServer, error) {
		return serve(host, name, version, plugin)
	})
}

func serve(host *pprovider.HostClient, name, version string, plugin p.Provider) (rpc.ResourceProviderServer, error) {
	inner, err := p.RawServer(name, version, plugin)(host)
	return server{inner}, err
}

type server struct{ rpc.ResourceProviderServer }

// The framework's note of its own version would be a change of the provider to a bridged plugin.
const frameworkVersion = "__pulumi-go-provider-version"

func (s server) CheckConfig(ctx context.Context, req *rpc.CheckRequest) (*rpc.CheckResponse, error) {
	resp, err := s.ResourceProviderServer.CheckConfig(ctx, req)
	delete(resp.GetInputs().GetFields(), frameworkVersion)
	return resp, err
}

// What a check gives is what the later steps get and what the state takes over, so secrets are masked here.
func (s server) Check(ctx context.Context, req *rpc.CheckRequest) (*rpc.CheckResponse, error) {
	legible(req.GetOlds())
	resp, err := s.ResourceProviderServer.Check(ctx, req)
	maskLists(resp.GetInputs())
	return resp, err
}

func (s server) Diff(ctx context.Context, req *rpc.DiffRequest) (*rpc.DiffResponse, error) {
	legible(req.GetOlds(), req.GetOldInputs())
	return s.ResourceProviderServer.Diff(ctx, req)
}

func (s server) Read(ctx context.Context, req *rpc.ReadRequest) (*rpc.ReadResponse, error) {
	legible(req.GetProperties(), req.GetInputs())
	return s.ResourceProviderServer.Read(ctx, req)
}

func (s server) Update(ctx context.Context, req *rpc.UpdateRequest) (*rpc.UpdateResponse, error) {
	legible(req.GetOlds(), req.GetOldInputs())
	return s.ResourceProviderServer.Update(ctx, req)
}

func (s server) Delete(ctx context.Context, req *rpc.DeleteRequest) (*emptypb.Empty, error) {
	legible(req.GetProperties(), req.GetOldInputs())
	return s.ResourceProviderServer.Delete(ctx, req)
}

// The official bridge's own record of a state, which has to fit the state exactly: one that a stand-in has changed since would
// make the official plugin panic, while one without the record is fine.
const bridgeRecord = "__pulumi_raw_state_delta"

// legible makes the state of a bridged plugin readable, and what is made of it readable to that plugin.
func legible(states ...*structpb.Struct) {
	for _, state := range states {
		delete(state.GetFields(), bridgeRecord)
		dropEmptySecrets(state)
	}
}

// dropEmptySecrets: a secret that is unset arrives as a mark around nothing, which the framework takes for a broken message.
func dropEmptySecrets(state *structpb.Struct) {
	for key, value := range state.GetFields() {
		inner := value.GetStructValue()
		if kindOf(inner) == secretMark && isNull(inner.GetFields()[valueKey]) {
			delete(state.GetFields(), key)
			continue
		}
		dropEmptySecrets(inner)
		for _, item := range value.GetListValue().GetValues() {
			dropEmptySecrets(item.GetStructValue())
		}
	}
}

func isNull(value *structpb.Value) bool {
	_, null := value.GetKind().(*structpb.Value_NullValue)
	return value == nil || null
}
