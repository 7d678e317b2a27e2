import java.util.SplittableRandom;

/** Prints the first eight outputs of the JDK's SplitMix64 for every seed given, one seed a line, in hexadecimal. */
public final class SplitMix64 {
    public static void main(String[] seeds) {
        for (String seed : seeds) {
            SplittableRandom random = new SplittableRandom(Long.decode(seed));
            StringBuilder line = new StringBuilder(seed);
            for (int i = 0; i < 8; i++) line.append(String.format(" 0x%016x", random.nextLong()));
            System.out.println(line);
        }
    }
}
