import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;

/** Makes a file of trusted certificates as Java reads them (password `changeit`, the second argument) out of one as everybody else does (PEM, the first). */
public final class TrustStore {
    public static void main(String[] arguments) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(Path.of(arguments[0])); OutputStream out = Files.newOutputStream(Path.of(arguments[1]))) {
            int count = 0;
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) store.setCertificateEntry("certificate " + count++, each);
            store.store(out, "changeit".toCharArray());
        }
    }
}
