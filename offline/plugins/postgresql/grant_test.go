package postgresql

import (
	"strings"
	"testing"

	"matrix-synapse/offline/plugins/plugintest"
)

func newGrant(t *testing.T) *plugintest.Resource { return newResource(t, "grant:Grant", "grant") }

// closed are the inputs that keep everybody but the owner out of a database.
func closed(database string) in {
	return in{"role": "public", "database": database, "objectType": "database", "privileges": []string{}}
}

// someDatabase makes a database, the role that owns it, and another role; each may log in with the password x.
func someDatabase(t *testing.T, name string) (owner, other string) {
	t.Helper()
	owner, other = name+"_owner", name+"_other"
	finally(t, "DROP DATABASE IF EXISTS "+name, "DROP ROLE IF EXISTS "+owner, "DROP ROLE IF EXISTS "+other)
	run(t, "CREATE ROLE "+owner+" LOGIN PASSWORD 'x'", "CREATE ROLE "+other+" LOGIN PASSWORD 'x'",
		"CREATE DATABASE "+name+" OWNER "+owner)
	return owner, other
}

func TestGrantClosesADatabase(t *testing.T) {
	owner, other := someDatabase(t, "closed_db")
	if !canLogIn(t, other, "x", "closed_db") {
		t.Fatal("the database was closed before")
	}
	r := newGrant(t)
	inputs := closed("closed_db")
	r.Create(inputs.Map())
	if r.ID != "public_closed_db_database" {
		t.Errorf("ID: %q", r.ID)
	}
	if canLogIn(t, other, "x", "closed_db") {
		t.Error("another role is let in")
	}
	if !canLogIn(t, owner, "x", "closed_db") || !canLogIn(t, "postgres", adminPassword, "closed_db") {
		t.Error("the owner or the administrator is not let in")
	}
	plugintest.Equal(t, "unchanged", r.Diff(inputs.Map()))
	r.Refresh()
	plugintest.Equal(t, "unchanged after a refresh", r.Diff(inputs.Map()))
}

func TestGrantRefreshShowsTheDrift(t *testing.T) {
	_, other := someDatabase(t, "opened_db")
	r := newGrant(t)
	r.Create(closed("opened_db").Map())
	run(t, "GRANT CONNECT ON DATABASE opened_db TO PUBLIC")
	r.Refresh()
	plugintest.Equal(t, "diff", r.Diff(closed("opened_db").Map()), "privileges[0]: delete")
	r.Update(closed("opened_db").Map())
	if canLogIn(t, other, "x", "opened_db") {
		t.Error("it was not closed again")
	}
	plugintest.Equal(t, "unchanged", r.Diff(closed("opened_db").Map()))
}

func TestGrantOfPrivilegesIsUpdatedInPlace(t *testing.T) {
	_, other := someDatabase(t, "shared_db")
	newGrant(t).Create(closed("shared_db").Map())
	r := newResource(t, "grant:Grant", "connect")
	inputs := func(privileges ...string) in {
		return closed("shared_db").With("role", other).With("privileges", privileges)
	}
	r.Create(inputs("CONNECT").Map())
	if r.ID != other+"_shared_db_database" || !canLogIn(t, other, "x", "shared_db") {
		t.Errorf("%s: the role is not let in", r.ID)
	}
	plugintest.Equal(t, "in another order", r.Diff(inputs("CONNECT", "CONNECT").Map()))
	r.Update(inputs("TEMPORARY", "CREATE").Map())
	if canLogIn(t, other, "x", "shared_db") {
		t.Error("CONNECT was not revoked")
	}
	r.Update(inputs("ALL").Map())
	r.Refresh()
	plugintest.Equal(t, "all, as a refresh finds it", r.Diff(inputs("ALL").Map()))
	r.Delete()
	if canLogIn(t, other, "x", "shared_db") {
		t.Error("the role is let in after the grant is gone")
	}
}

func TestGrantIsReplacedByAllButItsPrivileges(t *testing.T) {
	someDatabase(t, "fixed_grant")
	r := newGrant(t)
	base := closed("fixed_grant")
	r.Create(base.Map())
	for name, test := range map[string]struct {
		inputs in
		want   string
	}{
		"role":     {base.With("role", "postgres"), "role: update&replace"},
		"database": {base.With("database", "postgres"), "database: update&replace"},
		"option":   {base.With("withGrantOption", true), "withGrantOption: update&replace"},
	} {
		plugintest.Equal(t, name, r.Diff(test.inputs.Map()), test.want)
		if !r.RawDiff(test.inputs.Map()).DeleteBeforeReplace {
			t.Errorf("%s: the new one would be made before the old one is revoked", name)
		}
	}
}

func TestGrantIsGoneWithItsDatabaseOrRole(t *testing.T) {
	_, other := someDatabase(t, "gone_db")
	r := newGrant(t)
	r.Create(closed("gone_db").With("role", other).With("privileges", []string{"CONNECT"}).Map())
	run(t, "DROP OWNED BY "+other, "DROP ROLE "+other)
	if r.Refresh() {
		t.Error("a grant to a dropped role is still in the state")
	}
	r = newGrant(t)
	r.Create(closed("gone_db").Map())
	run(t, "DROP DATABASE gone_db")
	if r.Refresh() {
		t.Error("a grant in a dropped database is still in the state")
	}
}

// PostgreSQL only warns, and so does the official plugin: a program has to act as the owner.
func TestGrantByOneWhoIsNotTheOwnerChangesNothing(t *testing.T) {
	owner, other := someDatabase(t, "foreign_db")
	as := func(user string) *plugintest.Resource {
		config := settings().With("username", user).With("password", plugintest.Secret("x")).With("superuser", "false")
		return plugintest.New(t, configured(t, config.With("database", "foreign_db")), "postgresql:index/grant:Grant", "grant")
	}
	as(other).Create(closed("foreign_db").Map())
	if !canLogIn(t, other, "x", "foreign_db") {
		t.Error("a role that does not own the database could close it")
	}
	as(owner).Create(closed("foreign_db").Map())
	if canLogIn(t, other, "x", "foreign_db") {
		t.Error("the owner could not close it")
	}
}

func TestGrantRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		inputs in
		want   string
	}{
		"a table's privileges": {closed("x").With("objectType", "table"), `objectType: input "objectType" must be database`},
		"a schema":             {closed("x").With("schema", "public"), `schema: input "schema" is not implemented`},
		"no privileges":        {closed("x").Without("privileges"), `privileges: missing required input "privileges"`},
		"no role":              {closed("x").Without("role"), `role: missing required input "role"`},
	} {
		_, failures := newGrant(t).Check(test.inputs.Map())
		if len(failures) != 1 || !strings.HasPrefix(failures[0], test.want) {
			t.Errorf("%s: got %q", name, failures)
		}
	}
	err := newGrant(t).TryCreate(closed("postgres").With("privileges", []string{"SELECT"}).Map())
	if err == nil || !strings.Contains(err.Error(), "SELECT is not an allowed privilege for object type database") {
		t.Errorf("got %v", err)
	}
	if err := newGrant(t).TryCreate(closed("nowhere").Map()); err == nil || !strings.Contains(err.Error(), "error connecting") {
		t.Errorf("got %v", err)
	}
}
