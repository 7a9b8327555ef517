import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import io.netty.channel.Channel;
import java.util.List;
import java.util.Locale;

/**
 * Runs mongo-java-server, which keeps everything in memory, on the loopback port of the first argument.
 * As it comes, it announces version 8 of the wire protocol, which today's drivers refuse, and knows neither `hello` nor sessions.
 */
public final class MongoStandIn {
    private static final class Backend extends MemoryBackend {
        Backend() {
            version(new MongoVersion() {
                @Override public List<Integer> getVersionArray() { return List.of(5, 0, 0); }
                @Override public int getWireVersion() { return 13; }
            });
        }

        @Override public Document handleCommand(Channel channel, String database, String command, Document query) {
            switch (command.toLowerCase(Locale.ROOT)) {
                case "hello", "ismaster":
                    return super.handleCommand(channel, database, "ismaster", query)
                        .append("isWritablePrimary", true).append("helloOk", true).append("logicalSessionTimeoutMinutes", 30);
                case "buildinfo":
                    return super.handleCommand(channel, database, "buildinfo", query).append("standIn", "mongo-java-server");
                case "endsessions", "refreshsessions":
                    return new Document("ok", 1.0);
                default:
                    return super.handleCommand(channel, database, command, query);
            }
        }
    }

    public static void main(String[] arguments) {
        new MongoServer(new Backend()).bind("127.0.0.1", Integer.parseInt(arguments[0]));
    }
}
