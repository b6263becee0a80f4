// Package postgresql stands in for the official postgresql plugin.
package postgresql

import (
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"matrix-synapse/offline/plugins/bridge"
)

// Version is the official plugin's version that this one answers for.
const Version = "3.18.1"

// Provider describes the plugin.
func Provider() bridge.Provider {
	server := &server{}
	return bridge.Provider{
		Name:      "postgresql",
		Version:   Version,
		Config:    configuration(),
		Configure: server.configure,
		Resources: []bridge.Resource{role(server), database(server), grant(server)},
	}
}

func configuration() map[string]bridge.Field {
	text := func(standard any, env ...string) bridge.Field {
		return bridge.Field{Kind: bridge.String, Input: true, Default: standard, Env: env}
	}
	whole := func(standard, least int, env ...string) bridge.Field {
		return bridge.Field{
			Kind: bridge.Int, Input: true, Default: standard, Env: env,
			Rules: []bridge.Rule{bridge.AtLeast(least, "be at least "+strconv.Itoa(least))},
		}
	}
	fields := map[string]bridge.Field{
		"host":             text(nil, "PGHOST"),
		"port":             whole(5432, 1, "PGPORT"),
		"database":         text("postgres", "PGDATABASE"),
		"username":         text("postgres", "PGUSER"),
		"password":         {Kind: bridge.String, Input: true, Secret: true, Env: []string{"PGPASSWORD"}},
		"databaseUsername": text(nil),
		"superuser":        {Kind: bridge.Bool, Input: true, Default: true, Env: []string{"PGSUPERUSER"}},
		"sslmode":          text(nil, "PGSSLMODE"),
		"sslMode":          text(nil),
		"sslrootcert":      text(nil),
		"connectTimeout":   whole(180, -1, "PGCONNECT_TIMEOUT"),
		"maxConnections":   whole(20, -1),
		"scheme":           text("postgres"),
		"expectedVersion":  text(nil),
	}
	scheme := fields["scheme"]
	scheme.Rules = []bridge.Rule{bridge.OneOf(
		"be postgres (the offline stand-in implements no other scheme; use the official plugin)", "postgres")}
	fields["scheme"] = scheme
	expected := fields["expectedVersion"]
	expected.Rules = []bridge.Rule{{
		Says: "be 13 or newer (the offline stand-in knows no older server; use the official plugin)", Holds: isModern,
	}}
	fields["expectedVersion"] = expected
	for _, name := range []string{
		"awsRdsIamAuth", "awsRdsIamProfile", "awsRdsIamProviderRoleArn", "awsRdsIamRegion", "azureIdentityAuth",
		"azureTenantId", "gcpIamImpersonateServiceAccount",
	} {
		fields[name] = bridge.Field{Kind: bridge.String, Refused: "logins of cloud vendors"}
	}
	fields["clientcert"] = bridge.Field{Kind: bridge.Object, Refused: "client certificates"}
	return fields
}

// isModern also lets through the official default, which means "ask the server".
func isModern(version property.Value) bool {
	text := version.AsString()
	major, err := strconv.Atoi(strings.SplitN(text, ".", 2)[0])
	return text == "9.0.0" || err == nil && major >= 13
}
