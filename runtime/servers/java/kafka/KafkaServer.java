// SPDX-License-Identifier: Apache-2.0

import java.nio.file.Files;
import java.nio.file.Path;

/** Formats Kafka's storage where that is not yet done, then runs Kafka: one JVM for both. */
public final class KafkaServer {
    private KafkaServer() {}

    /** Arguments: server.properties, the folder of the data, the cluster id. */
    public static void main(String[] args) {
        Leash.tie();
        String properties = args[0];
        if (!Files.exists(Path.of(args[1], "meta.properties"))) {
            String[] format = {"format", "--config", properties, "--cluster-id", args[2], "--ignore-formatted"};
            int code = kafka.tools.StorageTool.execute(format, System.out);
            if (code != 0) {
                System.exit(code);
            }
        }
        kafka.Kafka.main(new String[] {properties});
    }
}
