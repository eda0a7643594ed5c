// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.OpenAPIVersion;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.mediatype.ContentAnalyserFactory;
import io.vertx.openapi.mediatype.MediaTypePredicate;
import io.vertx.openapi.mediatype.MediaTypeRegistry;
import io.vertx.openapi.mediatype.impl.DefaultMediaTypeRegistration;
import io.vertx.openapi.validation.ResponseValidator;
import io.vertx.openapi.validation.ValidatableResponse;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** openapi.json by the schema of OpenAPI 3.1, and what is sent and answered by openapi.json. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DescriptionTest {
    private static final String JSON = "application/json";

    private final Vertx vertx = Vertx.vertx();
    private WebBed bed;
    private OpenAPIContract contract;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        bed = WebBed.onLoopback(directory);
        contract = contract(bed.get("/api/v1/openapi.json"));
    }

    @AfterAll
    void stop() {
        bed.close();
        vertx.close().await();
    }

    /** Fails where the document is not one. This reader does not take the relative URL of the server, which the schema does. */
    private OpenAPIContract contract(JsonObject document) {
        document.getJsonArray("servers").getJsonObject(0).put("url", bed.url(""));
        MediaTypeRegistry types = MediaTypeRegistry.createDefault()
                .register(new DefaultMediaTypeRegistration(
                        MediaTypePredicate.ofExactTypes("text/event-stream"), ContentAnalyserFactory.noop()));
        return OpenAPIContract.builder(vertx)
                .mediaTypeRegistry(types)
                .setContract(document)
                .build()
                .await();
    }

    @Test
    void theDocumentIsOneOfOpenApi31() {
        assertThat(contract.getVersion()).isEqualTo(OpenAPIVersion.V3_1);
        JsonObject broken = contract.getRawContract().copy();
        broken.getJsonObject("paths")
                .getJsonObject("/api/v1/status")
                .getJsonObject("get")
                .put("responses", "none");
        assertThatThrownBy(() -> contract(broken)).as("control").hasMessageContaining("invalid");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status",
                "peers",
                "peers/events",
                "stats",
                "states",
                "states?missing=true",
                "states?missing=here",
                "counters",
                "doctor",
                "config",
                "config/file",
                "session",
                "events"
            })
    void whatIsReadIsAsDescribed(String path) {
        HttpRequest.Builder request = bed.request("/api/v1/" + path)
                .header("Accept", JSON)
                .header("Authorization", "Bearer " + WebBed.OPERATOR_TOKEN);
        HttpResponse<String> response = bed.send(request);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        String operation = operation("get", path.split("\\?", 2)[0]);
        assertDescribed(operation, response);
        assertThatThrownBy(() -> validate(operation, 200, "{}")).as("control").hasMessageContaining("valid");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "actions/maintenance | {\"on\":true,\"reason\":\"new disk\"} | 200",
                "actions/maintenance | {\"on\":1} | 400",
                "actions/disable | {\"on\":true} | 200",
                "actions/disable | {} | 400",
                "actions/failover | {\"to\":\"fw-b\",\"wait\":\"5s\"} | 200",
                "actions/failover | {\"too\":\"fw-b\"} | 400",
                "actions/bulk | {} | 200",
                "actions/bulk | {\"x\":1} | 400",
                "actions/verify | {} | 200",
                "actions/demote | {\"value\":50,\"reason\":\"rack move\",\"for\":\"10m\",\"group\":\"inside\"} | 200",
                "actions/demote | {\"reset\":true} | 200",
                "actions/demote | {\"value\":0,\"reason\":\"x\"} | 400",
                "actions/vhid | {\"name\":\"wan\",\"verb\":\"down\",\"for\":\"10m\",\"force\":true} | 200",
                "actions/vhid | {\"name\":\"wan\",\"verb\":\"left\"} | 400",
                "actions/delete | {\"src\":\"10.0.0.7\",\"sport\":1025,\"proto\":\"tcp\",\"owner\":\"fw-a\"} | 200",
                "actions/delete | {} | 400",
                "actions/delete | {\"sport\":[1]} | 400",
                "actions/flush | {} | 200",
                "actions/flush | {\"src\":\"10.0.0.7\"} | 400",
                "config/check | {\"text\":\"[carp.wan]\"} | 200",
                "config/check | {\"text\":\"\",\"file\":\"x\"} | 400",
                "config/apply | {\"text\":\"\",\"seconds\":4} | 400",
                "config/apply | {\"text\":\"\",\"seconds\":30,\"both\":\"yes\"} | 400",
                "login | {\"user\":\"alice\",\"password\":\"correct horse\"} | 200",
                "logout | {} | 200",
            })
    void aBodyIsTakenWhereItIsAsDescribedAndOnlyThere(String path, String body, int status) {
        HttpResponse<String> response =
                bed.send(bed.post("/api/v1/" + path, body).header("Authorization", "Bearer " + WebBed.OPERATOR_TOKEN));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        String operation = operation("post", path);
        OutputUnit fits = contract.getSchemaRepository()
                .validator(contract.operation(operation)
                        .getRequestBody()
                        .determineContentType(JSON)
                        .getSchema())
                .validate(new JsonObject(body));
        assertThat(fits.getValid()).as("the schema takes the body").isEqualTo(status == 200);
        assertDescribed(operation, response);
    }

    @ParameterizedTest
    @CsvSource({
        "config/file, Authorization, Bearer forged, 401",
        "config/file, Authorization, Bearer token-of-a-program-that-views, 403"
    })
    void aRefusalIsAsDescribed(String path, String header, String value, int status) {
        HttpResponse<String> response = bed.send(bed.request("/api/v1/" + path).header(header, value));
        assertThat(response.statusCode()).isEqualTo(status);
        assertDescribed(operation("get", path), response);
    }

    private String operation(String method, String path) {
        return contract.operations().stream()
                .filter(one -> one.getAbsoluteOpenAPIPath().equals("/api/v1/" + path))
                .filter(one -> one.getHttpMethod().name().equalsIgnoreCase(method))
                .map(Operation::getOperationId)
                .findFirst()
                .orElseThrow();
    }

    private void assertDescribed(String operation, HttpResponse<String> response) {
        assertThat(response.headers().allValues("Content-Type")).isEqualTo(List.of(JSON + "; charset=utf-8"));
        validate(operation, response.statusCode(), response.body());
    }

    private void validate(String operation, int status, String body) {
        ResponseValidator.create(vertx, contract)
                .validate(ValidatableResponse.create(status, Buffer.buffer(body), JSON), operation)
                .await();
    }
}
