package postgresql

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/lib/pq"
)

const adminPassword = `ad'min\ "pass`

// admin is a superuser's connection, past the plugin; port is the server's.
var (
	admin *sql.DB
	port  int
)

func TestMain(m *testing.M) {
	stop, err := startServer()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	stop()
	os.Exit(code)
}

// startServer takes the image in TEST_POSTGRES_IMAGE, else the server that is installed here.
func startServer() (stop func(), err error) {
	if image := os.Getenv("TEST_POSTGRES_IMAGE"); image != "" {
		port, stop, err = startContainer(image)
	} else {
		installed, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
		if len(installed) == 0 {
			return nil, errors.New("these tests need a PostgreSQL server: set TEST_POSTGRES_IMAGE to an image, or install the package postgresql")
		}
		port, stop, err = startInstalled(filepath.Dir(installed[len(installed)-1]))
	}
	if err != nil {
		return nil, err
	}
	if admin, err = connect("postgres", adminPassword, "postgres"); err == nil {
		err = waitFor(admin)
	}
	if err != nil {
		stop()
		return nil, err
	}
	return stop, nil
}

func connect(username, password, database string) (*sql.DB, error) {
	quote := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace
	connector, err := pq.NewConnector(fmt.Sprintf("host=127.0.0.1 port=%d user='%s' password='%s' dbname='%s' sslmode=disable",
		port, quote(username), quote(password), quote(database)))
	if err != nil {
		return nil, err
	}
	pool := sql.OpenDB(connector)
	pool.SetMaxIdleConns(0)
	return pool, nil
}

func waitFor(pool *sql.DB) (err error) {
	for range 300 {
		if err = pool.Ping(); err == nil {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("the test server does not answer: %w", err)
}

func startContainer(image string) (int, func(), error) {
	id, err := output(exec.Command("docker", "run", "--detach", "--publish", "127.0.0.1::5432",
		"--env", "POSTGRES_PASSWORD="+adminPassword, image))
	if err != nil {
		return 0, nil, err
	}
	stop := func() { _ = exec.Command("docker", "rm", "--force", "--volumes", id).Run() }
	address, err := output(exec.Command("docker", "port", id, "5432/tcp"))
	if err != nil {
		stop()
		return 0, nil, err
	}
	_, published, err := net.SplitHostPort(strings.Fields(address)[0])
	if err != nil {
		stop()
		return 0, nil, err
	}
	number, err := strconv.Atoi(published)
	return number, stop, err
}

func startInstalled(bin string) (int, func(), error) {
	dir, err := os.MkdirTemp("", "postgresql-test-")
	if err != nil {
		return 0, nil, err
	}
	remove := func() { os.RemoveAll(dir) }
	attributes, err := unprivileged(dir)
	if err != nil {
		remove()
		return 0, nil, err
	}
	data, passwordFile := filepath.Join(dir, "data"), filepath.Join(dir, "password")
	if err := os.WriteFile(passwordFile, []byte(adminPassword), 0o644); err != nil {
		remove()
		return 0, nil, err
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "--pgdata", data, "--username", "postgres", "--auth", "scram-sha-256",
		"--pwfile", passwordFile, "--no-sync", "--locale", "C.UTF-8", "--encoding", "UTF8")
	initdb.Dir, initdb.SysProcAttr = dir, attributes
	if _, err := output(initdb); err != nil {
		remove()
		return 0, nil, err
	}
	free, err := freePort()
	if err != nil {
		remove()
		return 0, nil, err
	}
	server := exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-p", strconv.Itoa(free), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories="+dir, "-c", "fsync=off")
	server.Dir, server.SysProcAttr = dir, attributes
	// A test that panics must not leave the server behind.
	server.SysProcAttr.Pdeathsig = syscall.SIGINT
	runtime.LockOSThread()
	if err := server.Start(); err != nil {
		remove()
		return 0, nil, err
	}
	return free, func() {
		_ = server.Process.Signal(syscall.SIGINT)
		_ = server.Wait()
		remove()
	}, nil
}

// unprivileged gives the directory to another user if this is root, as whom the server refuses to run.
func unprivileged(dir string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		if account, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, _ := strconv.Atoi(account.Uid)
	gid, _ := strconv.Atoi(account.Gid)
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, os.Chown(dir, uid, gid)
}

func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

func output(command *exec.Cmd) (string, error) {
	var stderr bytes.Buffer
	command.Stderr = &stderr
	stdout, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", filepath.Base(command.Path), err, stderr.String())
	}
	return strings.TrimSpace(string(stdout)), nil
}
