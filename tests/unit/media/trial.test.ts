import assert from "node:assert/strict";
import { faultsIn } from "../../../components/media/trial.ts";

const store = { endpoint: "https://s3.example.org", bucket: "chat", prefix: "a/" };
const found = (output: string) => faultsIn(output, { store, serverName: "example.org", image: "docker.io/matrixdotorg/synapse:v1.163.2" });

describe("a store for files", () => {
    it("may be empty, or the server's own", () => {
        assert.deepEqual(found("mark\n\n"), []);
        assert.deepEqual(found("mark\nexample.org\n"), []);
    });

    for (const [what, output, line] of [
        [
            "is another server's",
            "mark\nother.example\n",
            "homeserver.media.s3.bucket: chat/a/ holds the files of other.example; name another bucket, or another prefix",
        ],
        [
            "has no bucket of this name",
            "NoSuchBucket\nThe specified bucket does not exist\n",
            "homeserver.media.s3.bucket: there is no bucket chat at https://s3.example.org; create it first",
        ],
        [
            "knows no such key",
            "InvalidAccessKeyId\nThe access key ID you provided does not exist in our records.\n",
            "homeserver.media.s3: the store refuses this access key: The access key ID you provided does not exist in our records.",
        ],
        [
            "is given another secret",
            "SignatureDoesNotMatch\nThe request signature we calculated does not match.\n",
            "homeserver.media.s3: the store refuses this access key: The request signature we calculated does not match.",
        ],
        [
            "is in another region",
            "AuthorizationHeaderMalformed\nThe region 'us-east-1' is wrong; expecting 'eu-central-1'\n",
            "homeserver.media.s3.region: the store is in another region: The region 'us-east-1' is wrong; expecting 'eu-central-1'",
        ],
        ["does not let the key in", "403\nForbidden\n", "homeserver.media.s3: the store refuses this access key: Forbidden"],
        [
            "does not answer",
            'away\nCould not connect to the endpoint URL: "https://s3.example.org/chat?list-type=2&prefix=a%2F"\n',
            'homeserver.media.s3.endpoint: https://s3.example.org does not answer as an S3 store: Could not connect to the endpoint URL: "https://s3.example.org/chat"',
        ],
        [
            "cannot be reached with this image",
            "no provider\nboto3\n",
            "images.synapse: docker.io/matrixdotorg/synapse:v1.163.2 has no storage provider, which homeserver.media.s3 needs; build an image on it that has (docker build --build-arg BASE=docker.io/matrixdotorg/synapse:v1.163.2 --tag NAME offline/images/synapse-s3), and name that",
        ],
    ] as const)
        it(`is refused where it ${what}`, () => assert.deepEqual(found(output), [line]));
});
