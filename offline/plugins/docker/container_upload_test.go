package docker

import (
	"errors"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

func show(files ...string) obj {
	return obj{"command": append([]string{"/box", "show"}, files...), "attach": true, "logs": true, "mustRun": false}
}

func TestUploadOwnershipAndPermissions(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "upload")
	d.up("create", program(d, with(show("/conf/plain", "/conf/mine", "/run.sh"), obj{"uploads": []obj{
		{"file": "/conf/plain", "content": "a"},
		{"file": "/conf/mine", "content": secret("b"), "owner": "991", "group": "992", "permissions": "0400"},
		{"file": "/run.sh", "content": "c", "executable": true},
	}})))
	equal(t, "what the container sees", textOf(d.state, "containerLogs"),
		"/conf/plain 0:0 0644 a\n/conf/mine 991:992 0400 b\n/run.sh 0:0 0744 c\n")
}

func TestUploadIntoAVolume(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "upload-volume")
	d.up("create", program(d, with(show("/data/f"), obj{
		"volumes": []obj{{"volumeName": d.urn.Name(), "containerPath": "/data"}},
		"uploads": []obj{{"file": "/data/f", "content": "a"}},
	})))
	equal(t, "what the container sees", textOf(d.state, "containerLogs"), "/data/f 0:0 0644 a\n")
}

func TestUploadWithoutContentLeavesNoContainer(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "upload-empty")
	_, err := d.try(program(d, obj{"uploads": []obj{{"file": "/f", "content": ""}}}))
	fails(t, err, "the upload /f needs content that is not empty")
	_, err = d.try(program(d, obj{"uploads": []obj{{"file": "/f", "content": "x", "owner": "nobody-has-this"}}}))
	fails(t, err, `the upload /f: owner "nobody-has-this"`)
	d.up("create", program(d, nil))
}

func TestUploadKeepsItsSecretMark(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "upload-secret")
	asked := program(d, obj{"uploads": []obj{
		{"file": "/plain", "content": "a"}, {"file": "/secret", "content": secret("hunter2")},
	}})
	secretOnly := func(when string, m property.Map) {
		t.Helper()
		uploads := m.Get("uploads").AsArray()
		equal(t, when+", the secret upload is secret", uploads.Get(1).AsMap().Get("content").Secret(), true)
		equal(t, when+", the plain upload is plain", uploads.Get(0).HasSecrets(), false)
		equal(t, when+", the content is the content", uploads.Get(1).AsMap().Get("content").AsString(), "hunter2")
	}
	secretOnly("checked", d.checked(asked))
	d.up("create", asked)
	secretOnly("created", d.state)
	d.refresh()
	secretOnly("refreshed", d.state)
	secretOnly("refreshed inputs", d.inputs)
	d.up("update", with(asked, obj{"waitTimeout": 61}))
	secretOnly("updated", d.state)
}

func TestSecretsStaySecretWhereTheEngineReportsThem(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "secret-command")
	asked := program(d, obj{"hostname": secret("hidden")})
	d.up("create", asked)
	equal(t, "the hostname is secret", d.state.Get("hostname").Secret(), true)
	d.refresh()
	equal(t, "the hostname is secret after a refresh", d.state.Get("hostname").Secret(), true)
}

func TestErrorsShowNoSecret(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "secret-error")
	_, err := d.try(program(d, obj{"workingDir": secret("not/absolute")}))
	fails(t, err, "[secret]")
}

func TestErrorsShowNoSecretOfAListThatIsSecretAsAWhole(t *testing.T) {
	t.Parallel()
	inputs := property.NewMap(map[string]property.Value{"uploads": toValue([]obj{
		{"file": "/etc/server.yaml", "content": "server: example\ntimeout: 30\n"},
		{"file": "/run/secrets/token", "content": "token=hunter2hunter2\n"},
	}).WithSecret(true)})
	err := withoutSecrets(errors.New("/etc/server.yaml: no server example with hunter2hunter2"), inputs)
	equal(t, "the error", err.Error(), "/etc/server.yaml: no server example with [secret]")
}

// The engine copies nothing into a read-only root, officially neither.
func TestUploadIntoAReadOnlyContainerIsRefused(t *testing.T) {
	t.Parallel()
	d := deploymentOf(t, containerResource, "upload-read-only")
	_, err := d.try(program(d, obj{"readOnly": true, "uploads": []obj{{"file": "/f", "content": "x"}}}))
	fails(t, err, "unable to upload /f", "read-only")
	d.up("replace", program(d, nil))
}
