// The plugin of @pulumi/docker for machines that cannot download the official one.
package main

import (
	"context"
	"fmt"
	"os"

	p "github.com/pulumi/pulumi-go-provider"

	"matrix-synapse/offline/plugins/docker"
)

func main() {
	if err := p.RunProvider(context.Background(), docker.Package, docker.Version, docker.Provider()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
