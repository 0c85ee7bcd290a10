// SPDX-License-Identifier: GPL-3.0-or-later

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.neo4j.configuration.Config;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.io.fs.DefaultFileSystemAbstraction;
import org.neo4j.kernel.impl.security.User;
import org.neo4j.logging.NullLogProvider;
import org.neo4j.memory.EmptyMemoryTracker;
import org.neo4j.server.CommunityBootstrapper;
import org.neo4j.server.security.SecureHasher;
import org.neo4j.server.security.SystemGraphCredential;
import org.neo4j.server.security.auth.CommunitySecurityModule;
import org.neo4j.server.security.auth.FileUserRepository;

/** Runs Neo4j Community, whose release has no entry point of its own that a program could call. */
public final class Neo4jServer {
    private Neo4jServer() {}

    /** Arguments: Neo4j's home, its configuration file, a file with the password of the user neo4j. */
    public static void main(String[] args) throws Exception {
        Leash.tie();
        Path home = Path.of(args[0]).toAbsolutePath().normalize();
        Path configuration = Path.of(args[1]).toAbsolutePath().normalize();
        setInitialPassword(home, configuration, Path.of(args[2]));
        int code = new CommunityBootstrapper().start(home, configuration, Map.of(), false, false);
        if (code != 0) {
            System.exit(code);
        }
    }

    /** Neo4j reads this file, which holds a salted hash, while it has no user yet; later it ignores it. */
    private static void setInitialPassword(Path home, Path configuration, Path secret) throws Exception {
        Config config = Config.newBuilder()
                .set(GraphDatabaseSettings.neo4j_home, home)
                .fromFile(configuration)
                .build();
        Path initial = CommunitySecurityModule.getInitialUserRepositoryFile(config);
        if (!Files.exists(initial)) {
            write(initial, Files.readString(secret).strip());
        }
    }

    private static void write(Path initial, String password) throws Exception {
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        SystemGraphCredential credential =
                SystemGraphCredential.createCredentialForPassword(bytes, new SecureHasher());
        try (DefaultFileSystemAbstraction files = new DefaultFileSystemAbstraction()) {
            FileUserRepository users = new FileUserRepository(
                    files, initial, NullLogProvider.getInstance(), EmptyMemoryTracker.INSTANCE);
            users.start();
            users.create(new User("neo4j", null, credential, false, false));
            users.shutdown();
        }
    }
}
