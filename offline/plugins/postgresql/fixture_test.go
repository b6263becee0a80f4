package postgresql

import (
	"strconv"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/integration"
	"github.com/pulumi/pulumi/sdk/v3/go/property"

	"matrix-synapse/offline/plugins/plugintest"
)

type in = plugintest.In

// settings are a provider's configuration as the Node.js SDK sends it: JSON inside strings.
func settings() in {
	return in{
		"host": "127.0.0.1", "port": strconv.Itoa(port), "username": "postgres", "sslmode": "disable",
		"password": plugintest.Secret(adminPassword), "connectTimeout": "5", "superuser": "true",
	}
}

func configured(t *testing.T, config in) integration.Server {
	t.Helper()
	server := plugintest.Server(t, Provider().Build(), "postgresql", Version)
	if failures := checkConfig(t, server, config); len(failures) > 0 {
		t.Fatalf("configuration: %v", failures)
	}
	if err := server.Configure(p.ConfigureRequest{Args: config.Map()}); err != nil {
		t.Fatal(err)
	}
	return server
}

func checkConfig(t *testing.T, server integration.Server, config in) []p.CheckFailure {
	t.Helper()
	response, err := server.CheckConfig(p.CheckRequest{Urn: "urn:pulumi:test::project::pulumi:providers:postgresql::pg", Inputs: config.Map()})
	if err != nil {
		t.Fatal(err)
	}
	return response.Failures
}

func newResource(t *testing.T, kind, name string) *plugintest.Resource {
	t.Helper()
	return plugintest.New(t, configured(t, settings()), "postgresql:index/"+kind, name)
}

func newRole(t *testing.T) *plugintest.Resource { return newResource(t, "role:Role", "role") }
func newDatabase(t *testing.T) *plugintest.Resource {
	return newResource(t, "database:Database", "database")
}

// run executes SQL past the plugin.
func run(t *testing.T, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := admin.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// finally executes SQL at the test's end; what is gone by then is no fault.
func finally(t *testing.T, statements ...string) {
	t.Cleanup(func() {
		for _, statement := range statements {
			_, _ = admin.Exec(statement)
		}
	})
}

func ask[T any](t *testing.T, query string, args ...any) (answer T) {
	t.Helper()
	if err := admin.QueryRow(query, args...).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return answer
}

func canLogIn(t *testing.T, username, password, database string) bool {
	t.Helper()
	pool, err := connect(username, password, database)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	err = pool.Ping()
	if err != nil && !strings.Contains(err.Error(), "authentication failed") && !strings.Contains(err.Error(), "not permitted") {
		t.Logf("login of %s: %v", username, err)
	}
	return err == nil
}

func list(value property.Value) []string {
	var texts []string
	if value.IsArray() {
		for _, element := range value.AsArray().AsSlice() {
			texts = append(texts, element.AsString())
		}
	}
	return texts
}
