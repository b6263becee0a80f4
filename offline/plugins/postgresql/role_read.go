package postgresql

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"github.com/lib/pq"

	"matrix-synapse/offline/plugins/bridge"
)

func (r *roles) read(ctx context.Context, id string, state bridge.Values) (bridge.Values, error) {
	pool, err := r.open(ctx, "")
	if err != nil {
		return nil, err
	}
	flags := make([]bool, len(switches))
	var name, validUntil string
	var limit int
	var groups, settings pq.StringArray
	found, err := scan(pool.QueryRowContext(ctx, `
		SELECT rolname, rolsuper, rolcreatedb, rolcreaterole, rolinherit, rolcanlogin, rolbypassrls, rolreplication,
			rolconnlimit, COALESCE(rolvaliduntil::text, 'infinity'), COALESCE(rolconfig, '{}'),
			ARRAY(SELECT pg_get_userbyid(roleid)::text FROM pg_auth_members WHERE member = pg_roles.oid)
		FROM pg_roles WHERE rolname = $1`, id), "error reading role",
		&name, &flags[0], &flags[1], &flags[2], &flags[3], &flags[4], &flags[5], &flags[6],
		&limit, &validUntil, &settings, &groups)
	if err != nil || !found {
		return nil, err
	}
	outputs := bridge.Values{}
	for i, option := range switches {
		outputs.Set(option.name, flags[i])
	}
	sort.Strings(groups)
	outputs.Set("name", name)
	outputs.Set("connectionLimit", limit)
	outputs.Set("validUntil", validUntil)
	outputs.Set("roles", []string(groups))
	outputs.Set("encryptedPassword", true)
	outputs.Set("skipDropRole", state.Truth("skipDropRole"))
	outputs.Set("skipReassignOwned", state.Truth("skipReassignOwned"))
	if err := readParameters(outputs, settings); err != nil {
		return nil, err
	}
	if state.Text("password") != "" {
		password, err := r.readPassword(ctx, name, state.Text("password"), outputs.Truth("login"))
		if err != nil {
			return nil, err
		}
		outputs.Set("password", password)
	}
	return outputs, nil
}

func readParameters(outputs bridge.Values, settings []string) error {
	outputs.Set("searchPaths", []string{})
	outputs.Set("assumeRole", "")
	outputs.Set("statementTimeout", 0)
	outputs.Set("idleInTransactionSessionTimeout", 0)
	for _, setting := range settings {
		parameter, value, _ := strings.Cut(setting, "=")
		switch parameter {
		case "search_path":
			schemas := strings.Split(value, ", ")
			for i := range schemas {
				schemas[i] = strings.Trim(schemas[i], `"`)
			}
			outputs.Set("searchPaths", schemas)
		case "role":
			outputs.Set("assumeRole", value)
		case "statement_timeout", "idle_in_transaction_session_timeout":
			milliseconds, err := strconv.Atoi(value)
			if err != nil {
				return fmt.Errorf("error reading %s: %w", parameter, err)
			}
			name := "statementTimeout"
			if parameter != "statement_timeout" {
				name = "idleInTransactionSessionTimeout"
			}
			outputs.Set(name, milliseconds)
		}
	}
	return nil
}

// readPassword can tell another password only where the server keeps MD5 hashes. With SCRAM it sees no more than that
// there is one.
func (r *roles) readPassword(ctx context.Context, name, known string, login bool) (string, error) {
	if !login || !r.config.Truth("superuser") {
		return known, nil
	}
	pool, err := r.open(ctx, "")
	if err != nil {
		return "", err
	}
	var super bool
	if _, err := scan(pool.QueryRowContext(ctx, "SELECT rolsuper FROM pg_roles WHERE rolname = CURRENT_USER"),
		"could not check if current user is superuser", &super); err != nil {
		return "", err
	}
	if !super {
		return "", fmt.Errorf("could not read role password from Postgres as connected user %s is not a SUPERUSER. "+
			"You can set `superuser: false` in the provider configuration so it will not try to read the password from Postgres",
			r.user())
	}
	var stored string
	if _, err := scan(pool.QueryRowContext(ctx, "SELECT COALESCE(passwd, '') FROM pg_shadow WHERE usename = $1", name),
		"error reading role", &stored); err != nil {
		return "", err
	}
	hashed := strings.HasPrefix(known, "md5") || strings.HasPrefix(known, "SCRAM-SHA-256")
	sum := md5.Sum([]byte(known + name))
	if !hashed && (strings.HasPrefix(stored, "SCRAM-SHA-256") || stored == "md5"+hex.EncodeToString(sum[:])) {
		return known, nil
	}
	return stored, nil
}
