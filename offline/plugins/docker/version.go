package docker

// Version is the version of @pulumi/docker that this plugin stands in for. A build
// may set another one with -ldflags "-X matrix-synapse/offline/plugins/docker.Version=…".
var Version = "5.2.0"
