// Package random stands in for the official random plugin.
package random

import "matrix-synapse/offline/plugins/bridge"

// Version is the official plugin's version that this one answers for.
const Version = "4.21.2"

// Provider describes the plugin.
func Provider() bridge.Provider {
	return bridge.Provider{
		Name:      "random",
		Version:   Version,
		Framework: true,
		Resources: []bridge.Resource{password()},
	}
}
