package postgresql

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	p "github.com/pulumi/pulumi-go-provider"

	"matrix-synapse/offline/plugins/bridge"
	"matrix-synapse/offline/plugins/plugintest"
)

func TestAnUnreachableServerFailsTheUpButNotThePreview(t *testing.T) {
	closed, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	server := configured(t, settings().With("port", strconv.Itoa(closed)))
	r := plugintest.New(t, server, "postgresql:index/role:Role", "role")
	r.PreviewCreate(in{"name": "x"}.Map())
	err = r.TryCreate(in{"name": "x"}.Map())
	want := "error connecting to PostgreSQL server 127.0.0.1:" + strconv.Itoa(closed) + " "
	if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), adminPassword) {
		t.Errorf("got %v, want %s…", err, want)
	}
}

func TestAWrongPasswordIsNotShown(t *testing.T) {
	server := configured(t, settings().With("password", plugintest.Secret("hunter2")))
	err := plugintest.New(t, server, "postgresql:index/role:Role", "role").TryCreate(in{"name": "x"}.Map())
	if err == nil || !strings.Contains(err.Error(), "error connecting") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
}

func TestAPasswordInsideADriversErrorIsBlotted(t *testing.T) {
	config := bridge.Values{}
	config.Set("password", "hunter2")
	err := (&server{config: config}).connectError(errors.New("no hunter2 here"))
	if strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "no XXXX here") {
		t.Errorf("got %v", err)
	}
}

func TestConfigurationMayBeUnknownInAPreview(t *testing.T) {
	server := plugintest.Server(t, Provider().Build(), "postgresql", Version)
	unknown := settings().With("host", plugintest.Unknown()).With("port", plugintest.Unknown()).With("password", plugintest.Unknown())
	if failures := checkConfig(t, server, unknown); len(failures) > 0 {
		t.Errorf("got %v", failures)
	}
	if err := server.Configure(p.ConfigureRequest{Args: unknown.Map()}); err != nil {
		t.Fatal(err)
	}
	plugintest.New(t, server, "postgresql:index/role:Role", "role").PreviewCreate(in{"name": "x"}.Map())
}

func TestConfigurationRefusals(t *testing.T) {
	server := plugintest.Server(t, Provider().Build(), "postgresql", Version)
	for name, test := range map[string]struct {
		config in
		want   string
	}{
		"an unknown setting":  {settings().With("hots", "x"), `unknown input "hots"`},
		"a cloud login":       {settings().With("awsRdsIamAuth", "true"), `input "awsRdsIamAuth" is not implemented`},
		"a client's key":      {settings().With("clientcert", `{"cert":"a","key":"b"}`), `input "clientcert" is not implemented`},
		"another scheme":      {settings().With("scheme", "awspostgres"), `input "scheme" must be postgres`},
		"an old server":       {settings().With("expectedVersion", "9.6"), `input "expectedVersion" must be 13 or newer`},
		"a port that is none": {settings().With("port", `"x"`), `input "port" must be a whole number, got "x"`},
	} {
		failures := checkConfig(t, server, test.config)
		if len(failures) != 1 || !strings.HasPrefix(failures[0].Reason, test.want) {
			t.Errorf("%s: got %v", name, failures)
		}
	}
	if failures := checkConfig(t, server, settings().With("version", "3.18.1").With("expectedVersion", "15")); len(failures) > 0 {
		t.Errorf("got %v", failures)
	}
}

func TestConfigurationDiffNamesTheSetting(t *testing.T) {
	server := plugintest.Server(t, Provider().Build(), "postgresql", Version)
	response, err := server.DiffConfig(p.DiffRequest{OldInputs: settings().Map(), Inputs: settings().With("host", "db").Map()})
	if err != nil || len(response.DetailedDiff) != 1 || response.DetailedDiff["host"].Kind != p.Update {
		t.Errorf("got %+v, %v", response, err)
	}
}
