import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.BsonType;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.BadValueException;
import io.netty.channel.Channel;
import java.util.Collection;
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
                case "find":
                    askForKnownTypes(query);
                    return super.handleCommand(channel, database, command, query);
                default:
                    return super.handleCommand(channel, database, command, query);
            }
        }
    }

    /** A query may name every type that BSON has, and is refused for those that are not known here. No document has them: they are left out. */
    private static void askForKnownTypes(Document query) {
        if (query.get("filter") instanceof Document filter && filter.get("_id") instanceof Document id && id.containsKey("$type")) {
            Object wanted = id.get("$type");
            List<String> known = (wanted instanceof Collection<?> all ? all : List.of(wanted)).stream().map(String::valueOf).filter(MongoStandIn::isKnown).toList();
            // An id is never a regular expression.
            id.put("$type", known.isEmpty() ? List.of("regex") : known);
        }
    }

    private static boolean isKnown(String type) {
        try {
            BsonType.forString(type);
            return true;
        } catch (BadValueException error) {
            return false;
        }
    }

    public static void main(String[] arguments) {
        new MongoServer(new Backend()).bind("127.0.0.1", Integer.parseInt(arguments[0]));
    }
}
