// Package docker answers to the official tokens of @pulumi/docker for Container, Network, Volume and RemoteImage, on
// machines where the official plugin cannot be had.
//
// Map: fields.go says what a field of a resource is and *_fields.go list them, with what replaces and what updates;
// check.go, diff.go and schema.go follow from those lists alone. container*.go, network.go, volume.go and
// remote_image.go talk to the engine. provider.go ties them to the plugin protocol.
//
// The rule of the house: never looser than the official plugin. An input that is not in the lists is refused.
package docker
