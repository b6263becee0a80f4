package postgresql

import (
	"context"
	"slices"
	"sort"

	"github.com/lib/pq"

	"matrix-synapse/offline/plugins/bridge"
)

// read drops a grant whose database, role or schema is gone.
func (g *grants) read(ctx context.Context, _ string, state bridge.Values) (bridge.Values, error) {
	pool, err := g.open(ctx, "")
	if err != nil {
		return nil, err
	}
	var one int
	found, err := scan(pool.QueryRowContext(ctx, "SELECT 1 FROM pg_database WHERE datname = $1", state.Text("database")),
		"could not check if database exists", &one)
	if err != nil || !found {
		return nil, err
	}
	exists := true
	err = g.transaction(ctx, state.Text("database"), func(t *transaction) error {
		for query, name := range map[string]string{
			"SELECT 1 FROM pg_roles WHERE rolname = $1":     state.Text("role"),
			"SELECT 1 FROM pg_namespace WHERE nspname = $1": state.Text("schema"),
		} {
			if name == "" || name == "public" {
				continue
			}
			found, err := t.found("could not check if role and schema exist", query, []any{name}, &one)
			if err != nil {
				return err
			}
			exists = exists && found
		}
		return nil
	})
	if err != nil || !exists {
		return nil, err
	}
	outputs, err := g.readPrivileges(ctx, state)
	if err == nil {
		outputs.Set("id", grantID(state))
	}
	return outputs, err
}

// granted lists, for one role, the objects and the privileges on each. Objects without any have an empty list.
var granted = map[string]string{
	"database": `SELECT datname, ARRAY(SELECT privilege_type FROM aclexplode(datacl) WHERE grantee = $1)
		FROM pg_database WHERE datname = $2`,
	"schema": `SELECT nspname, ARRAY(SELECT privilege_type FROM aclexplode(nspacl) WHERE grantee = $1)
		FROM pg_namespace WHERE nspname = $2`,
	"table": `SELECT relname, ARRAY(SELECT privilege_type FROM aclexplode(relacl) WHERE grantee = $1)
		FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = $2 AND relkind = 'r'`,
	"sequence": `SELECT relname, ARRAY(SELECT privilege_type FROM aclexplode(relacl) WHERE grantee = $1)
		FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = $2 AND relkind = 'S'`,
	"function": `SELECT proname, ARRAY(SELECT privilege_type FROM aclexplode(proacl) WHERE grantee = $1)
		FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = $2`,
}

// readPrivileges returns the first object's privileges that differ from the wanted ones, to force an update.
func (g *grants) readPrivileges(ctx context.Context, values bridge.Values) (bridge.Values, error) {
	kind, scope := values.Text("objectType"), values.Text("schema")
	query, ok := granted[kind]
	if !ok {
		query = granted["function"]
	}
	if kind == "database" {
		scope = values.Text("database")
	}
	outputs := bridge.Values{}
	err := g.transaction(ctx, values.Text("database"), func(t *transaction) error {
		var oid int64
		if role := values.Text("role"); role != "public" {
			if _, err := t.found("could not find oid for role "+role,
				"SELECT oid FROM pg_roles WHERE rolname = $1", []any{role}, &oid); err != nil {
				return err
			}
		}
		rows, err := t.tx.QueryContext(t.ctx, query, oid, scope)
		if err != nil {
			return err
		}
		defer rows.Close()
		objects := values.List("objects")
		for rows.Next() {
			var object string
			var privileges pq.StringArray
			if err := rows.Scan(&object, &privileges); err != nil {
				return err
			}
			if len(objects) > 0 && !slices.Contains(objects, object) {
				continue
			}
			if !wanted(values, privileges) {
				sort.Strings(privileges)
				outputs.Set("privileges", []string(privileges))
				break
			}
		}
		return rows.Err()
	})
	return outputs, err
}

// wanted says whether the privileges are the ones the program asks for; ALL stands for all there are.
func wanted(values bridge.Values, have []string) bool {
	covers := func(some, others []string) bool {
		return !slices.ContainsFunc(others, func(name string) bool { return !slices.Contains(some, name) })
	}
	want := values.List("privileges")
	if slices.Contains(want, "ALL") {
		// A newer server may know more of them.
		return covers(have, allowed[values.Text("objectType")])
	}
	return covers(want, have) && covers(have, want)
}

// owners are the roles that may change privileges in a schema.
func (t *transaction) owners(schema string, withTables bool) ([]string, error) {
	var owners pq.StringArray
	_, err := t.found("error while looking for owners in schema "+schema, `
		SELECT ARRAY(
			SELECT CASE WHEN rolname = 'pg_database_owner' THEN
				(SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database())
				ELSE rolname END::text
			FROM pg_namespace JOIN pg_roles ON nspowner = pg_roles.oid WHERE nspname = $1
			UNION
			SELECT tableowner::text FROM pg_tables WHERE schemaname = $1 AND $2)`,
		[]any{schema, withTables}, &owners)
	return owners, err
}
