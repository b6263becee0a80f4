package docker

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/network"
	"github.com/docker/docker/api/types/volume"
	"github.com/docker/docker/client"
)

// What the tests make on the engine begins with prefix and is gone afterwards.
var (
	prefix    string
	testImage string
	api       *client.Client
)

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Println("FAIL:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	random := make([]byte, 4)
	if _, err := rand.Read(random); err != nil {
		return 1, err
	}
	prefix = "stand-in-test-" + hex.EncodeToString(random)
	testImage = prefix + ":latest"
	var err error
	api, err = client.NewClientWithOpts(client.FromEnv, client.WithAPIVersionNegotiation())
	if err != nil {
		return 1, err
	}
	if _, err := api.Ping(context.Background()); err != nil {
		return 1, fmt.Errorf("these tests need a Docker engine, but none answers at %s", api.DaemonHost())
	}
	defer sweep()
	if err := importImage(); err != nil {
		return 1, fmt.Errorf("the test image: %w", err)
	}
	return m.Run(), nil
}

// importImage makes an image of one static binary, as nothing can be pulled on a bare machine.
func importImage() error {
	dir, err := os.MkdirTemp("", "box")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary := filepath.Join(dir, "box")
	build := exec.Command("go", "build", "-o", binary, "./testdata/box")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, output)
	}
	content, err := os.ReadFile(filepath.Clean(binary))
	if err != nil {
		return err
	}
	var root bytes.Buffer
	writer := tar.NewWriter(&root)
	if err := writer.WriteHeader(&tar.Header{Name: "box", Mode: 0o755, Size: int64(len(content))}); err != nil {
		return err
	}
	if _, err := writer.Write(content); err != nil {
		return err
	}
	if err := writer.Close(); err != nil {
		return err
	}
	source := image.ImportSource{Source: &root, SourceName: "-"}
	options := image.ImportOptions{Changes: []string{`CMD ["/box", "wait"]`, "ENV FROM_IMAGE=1"}}
	progress, err := api.ImageImport(context.Background(), source, testImage, options)
	if err != nil {
		return err
	}
	defer func() { _ = progress.Close() }()
	_, err = io.Copy(io.Discard, progress)
	return err
}

func sweep() {
	ctx := context.Background()
	mine := filters.NewArgs(filters.Arg("name", prefix))
	containers, _ := api.ContainerList(ctx, container.ListOptions{All: true, Filters: mine})
	for _, c := range containers {
		_ = api.ContainerRemove(ctx, c.ID, container.RemoveOptions{Force: true, RemoveVolumes: true})
	}
	networks, _ := api.NetworkList(ctx, network.ListOptions{Filters: mine})
	for _, n := range networks {
		_ = api.NetworkRemove(ctx, n.ID)
	}
	volumes, _ := api.VolumeList(ctx, volume.ListOptions{Filters: mine})
	for _, v := range volumes.Volumes {
		_ = api.VolumeRemove(ctx, v.Name, true)
	}
	_, _ = api.ImageRemove(ctx, testImage, image.RemoveOptions{Force: true})
}
