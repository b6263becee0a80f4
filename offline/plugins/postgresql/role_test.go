package postgresql

import (
	"regexp"
	"strings"
	"testing"

	"matrix-synapse/offline/plugins/plugintest"
)

const hardPassword = `p'a"ss\word`

func TestRoleIsMadeAsAsked(t *testing.T) {
	finally(t, `DROP ROLE IF EXISTS "odd ""name"`, "DROP ROLE IF EXISTS made_group")
	run(t, "CREATE ROLE made_group")
	r := newRole(t)
	inputs := in{
		"name": `odd "name`, "login": true, "password": plugintest.Secret(hardPassword), "connectionLimit": 7,
		"roles": []string{"made_group"}, "searchPaths": []string{"one", "Two"}, "statementTimeout": 5000, "createDatabase": true,
	}
	r.Create(inputs.Map())
	if r.ID != `odd "name` {
		t.Errorf("ID: %q", r.ID)
	}
	if !canLogIn(t, `odd "name`, hardPassword, "postgres") {
		t.Error("the role cannot log in")
	}
	if got := ask[string](t, "SELECT rolconfig::text FROM pg_roles WHERE rolname = $1", `odd "name`); !strings.Contains(got, "statement_timeout=5000") ||
		!strings.Contains(got, "search_path=") {
		t.Errorf("rolconfig: %s", got)
	}
	plugintest.Equal(t, "unchanged", r.Diff(inputs.Map()))
	if !r.Refresh() {
		t.Fatal("the role is gone")
	}
	plugintest.Equal(t, "unchanged after a refresh", r.Diff(inputs.Map()))
	r.Delete()
	if ask[int](t, "SELECT count(*) FROM pg_roles WHERE rolname = $1", `odd "name`) != 0 {
		t.Error("the role is still there")
	}
}

func TestRoleHasTheOfficialDefaults(t *testing.T) {
	inputs, _ := newRole(t).Check(in{"name": "x"}.Map())
	for name, want := range map[string]string{"validUntil": "infinity"} {
		if got := plugintest.Text(t, inputs, name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if inputs.Get("connectionLimit").AsNumber() != -1 || !inputs.Get("inherit").AsBool() || !inputs.Get("encryptedPassword").AsBool() || !inputs.Get("login").IsNull() {
		t.Errorf("inputs: %#v", inputs)
	}
	plugintest.Equal(t, "__defaults", list(inputs.Get("__defaults")), "connectionLimit", "encryptedPassword", "inherit", "validUntil")
}

func TestRoleWithoutANameGetsOneAndKeepsIt(t *testing.T) {
	r := newRole(t)
	r.Create(in{}.Map())
	finally(t, `DROP ROLE "`+r.ID+`"`)
	if !regexp.MustCompile(`^role-[0-9a-f]{7}$`).MatchString(r.ID) {
		t.Errorf("ID: %q", r.ID)
	}
	plugintest.Equal(t, "diff", r.Diff(in{}.Map()))
	r.Delete()
}

func TestRoleKeepsItsPasswordSecret(t *testing.T) {
	finally(t, "DROP ROLE IF EXISTS secretive")
	r := newRole(t)
	r.Create(in{"name": "secretive", "password": "not marked"}.Map())
	if !r.Outputs.Get("password").Secret() {
		t.Error("the password is public in the outputs")
	}
	if r.Refresh(); !r.Outputs.Get("password").Secret() || !r.Inputs.Get("password").Secret() {
		t.Error("the password became public by a refresh")
	}
}

func TestRoleIsUpdatedInPlace(t *testing.T) {
	finally(t, "DROP ROLE IF EXISTS before", "DROP ROLE IF EXISTS after", "DROP ROLE IF EXISTS group_a", "DROP ROLE IF EXISTS group_b")
	run(t, "CREATE ROLE group_a", "CREATE ROLE group_b")
	r := newRole(t)
	r.Create(in{"name": "before", "login": true, "password": "one", "roles": []string{"group_a"}, "assumeRole": "group_a"}.Map())
	oid := ask[int](t, "SELECT oid FROM pg_roles WHERE rolname = 'before'")
	changed := in{"name": "after", "login": true, "password": "two", "roles": []string{"group_b"}, "connectionLimit": 3, "superuser": true}
	plugintest.Equal(t, "diff", r.Diff(changed.Map()), "assumeRole: delete", "connectionLimit: update", "name: update",
		"password: update", "roles[0]: update", "superuser: update")
	r.Update(changed.Map())
	if ask[int](t, "SELECT oid FROM pg_roles WHERE rolname = 'after'") != oid {
		t.Error("another role")
	}
	if canLogIn(t, "after", "one", "postgres") || !canLogIn(t, "after", "two", "postgres") {
		t.Error("the password is not the new one")
	}
	if got := plugintest.Text(t, r.Outputs, "id"); got != "after" || r.ID != "before" {
		t.Errorf("output id %q, engine's ID %q", got, r.ID)
	}
	plugintest.Equal(t, "after", r.Diff(changed.Map()))
	plugintest.Equal(t, "unknown", r.Diff(changed.With("password", plugintest.Unknown()).Map()), "password: update")
	r.Delete()
}

func TestRoleRefreshShowsTheDrift(t *testing.T) {
	finally(t, "DROP ROLE IF EXISTS drifting", "DROP ROLE IF EXISTS drift_group")
	run(t, "CREATE ROLE drift_group")
	r := newRole(t)
	inputs := in{"name": "drifting", "login": true, "password": plugintest.Secret("known")}
	r.Create(inputs.Map())
	run(t, "ALTER ROLE drifting CONNECTION LIMIT 9 NOLOGIN", "GRANT drift_group TO drifting")
	r.Refresh()
	if r.Inputs.Get("login").AsBool() || r.Outputs.Get("connectionLimit").AsNumber() != 9 {
		t.Errorf("inputs %#v outputs %#v", r.Inputs, r.Outputs)
	}
	plugintest.Equal(t, "diff", r.Diff(inputs.Map()), "connectionLimit: update", "login: update", "roles: delete")
	r.Update(inputs.Map())
	if !canLogIn(t, "drifting", "known", "postgres") {
		t.Error("the drift was not undone")
	}
	run(t, "DROP ROLE drifting")
	if r.Refresh() {
		t.Error("a dropped role is still in the state")
	}
}

func TestRolePasswordDriftIsSeenAsFarAsTheOfficialPluginSeesIt(t *testing.T) {
	finally(t, "DROP ROLE IF EXISTS sesame")
	r := newRole(t)
	inputs := in{"name": "sesame", "login": true, "password": plugintest.Secret("known")}
	r.Create(inputs.Map())
	run(t, "ALTER ROLE sesame PASSWORD 'other'")
	r.Refresh()
	plugintest.Equal(t, "another one, by SCRAM", r.Diff(inputs.Map()))
	run(t, "ALTER ROLE sesame PASSWORD NULL")
	r.Refresh()
	plugintest.Equal(t, "none", r.Diff(inputs.Map()), "password: update")
	r.Update(inputs.Map())
	run(t, "SET password_encryption = 'md5'; ALTER ROLE sesame PASSWORD 'other'; RESET password_encryption")
	r.Refresh()
	plugintest.Equal(t, "another one, by MD5", r.Diff(inputs.Map()), "password: update")
}

func TestRoleDeleteHandsOverWhatItOwns(t *testing.T) {
	finally(t, "DROP TABLE IF EXISTS owned", "DROP ROLE IF EXISTS owning")
	r := newRole(t)
	r.Create(in{"name": "owning"}.Map())
	run(t, "CREATE TABLE owned ()", "ALTER TABLE owned OWNER TO owning")
	r.Delete()
	if got := ask[string](t, "SELECT tableowner FROM pg_tables WHERE tablename = 'owned'"); got != "postgres" {
		t.Errorf("the table belongs to %s", got)
	}
}

func TestRoleStaysWhenToldSo(t *testing.T) {
	finally(t, "DROP ROLE IF EXISTS staying")
	r := newRole(t)
	r.Create(in{"name": "staying", "skipDropRole": true, "skipReassignOwned": true}.Map())
	r.Delete()
	if ask[int](t, "SELECT count(*) FROM pg_roles WHERE rolname = 'staying'") != 1 {
		t.Error("the role was dropped")
	}
}

func TestRoleFailedUpdateChangesNothingButTheState(t *testing.T) {
	finally(t, "DROP ROLE IF EXISTS steady")
	r := newRole(t)
	r.Create(in{"name": "steady"}.Map())
	inputs := in{"name": "steady", "connectionLimit": 4, "roles": []string{"nobody-here"}}
	if err := r.TryUpdate(inputs.Map()); err == nil || !strings.Contains(err.Error(), "could not grant role nobody-here") {
		t.Fatalf("got %v", err)
	}
	if ask[int](t, "SELECT rolconnlimit FROM pg_roles WHERE rolname = 'steady'") != -1 {
		t.Error("half of the update was done")
	}
	// So is the official plugin: only a refresh finds out what is missing.
	plugintest.Equal(t, "before a refresh", r.Diff(inputs.Map()))
	r.Refresh()
	plugintest.Equal(t, "after a refresh", r.Diff(inputs.Map()), "connectionLimit: update", "roles[0]: add")
}

func TestRoleIsImportedByItsName(t *testing.T) {
	finally(t, "DROP ROLE IF EXISTS imported")
	run(t, "CREATE ROLE imported LOGIN CONNECTION LIMIT 5")
	r := newRole(t)
	if err := r.Import("imported"); err != nil {
		t.Fatal(err)
	}
	if !r.Inputs.Get("login").AsBool() || !r.Inputs.Get("validUntil").IsNull() {
		t.Errorf("inputs: %#v", r.Inputs)
	}
	plugintest.Equal(t, "diff", r.Diff(in{"name": "imported", "login": true, "connectionLimit": 5}.Map()))
	if r := newRole(t); r.Import("absent") != nil || r.ID != "" {
		t.Errorf("an absent role was imported as %q", r.ID)
	}
}

func TestRoleRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		inputs in
		want   string
	}{
		"a write-only password": {in{"passwordWo": "x"}, `passwordWo: input "passwordWo" is not implemented`},
		"its version":           {in{"passwordWoVersion": "1"}, `passwordWoVersion: input "passwordWoVersion" is not implemented`},
		"the old name":          {in{"encrypted": "true"}, `encrypted: input "encrypted" is not implemented`},
		"a typing error":        {in{"pasword": "x"}, `pasword: unknown input "pasword"`},
		"a limit below -1":      {in{"connectionLimit": -2}, `connectionLimit: input "connectionLimit" must be at least -1, got -2`},
	} {
		_, failures := newRole(t).Check(test.inputs.Map())
		if len(failures) != 1 || !strings.HasPrefix(failures[0], test.want) {
			t.Errorf("%s: got %q", name, failures)
		}
	}
}

func TestRoleOfAnAdministratorWhoIsNoSuperuser(t *testing.T) {
	finally(t, "DROP DATABASE IF EXISTS lesser_db", "DROP ROLE IF EXISTS lesser_owner", "DROP OWNED BY lesser", "DROP ROLE IF EXISTS lesser")
	run(t, "CREATE ROLE lesser LOGIN CREATEDB CREATEROLE PASSWORD 'x'")
	server := configured(t, settings().With("username", "lesser").With("password", plugintest.Secret("x")).With("superuser", "false"))
	owner := plugintest.New(t, server, "postgresql:index/role:Role", "owner")
	owner.Create(in{"name": "lesser_owner", "login": true, "password": "y"}.Map())
	db := plugintest.New(t, server, "postgresql:index/database:Database", "db")
	db.Create(in{"name": "lesser_db", "owner": "lesser_owner"}.Map())
	if ask[int](t, "SELECT count(*) FROM pg_auth_members WHERE pg_get_userbyid(member) = 'lesser'") != 0 {
		t.Error("the administrator stayed a member of the owner")
	}
	db.Delete()
	owner.Delete()
}
