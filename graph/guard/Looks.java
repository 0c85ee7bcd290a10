// SPDX-License-Identifier: GPL-3.0-or-later

package diurnal.guard;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.neo4j.internal.kernel.api.security.SelectedPropertiesProvider;
import org.neo4j.storageengine.api.LongReference;
import org.neo4j.storageengine.api.PropertySelection;
import org.neo4j.storageengine.api.Reference;
import org.neo4j.storageengine.api.StoragePropertyCursor;
import org.neo4j.values.storable.Value;
import org.neo4j.values.storable.ValueGroup;

/**
 * The looks of one query at what decides whether a node or relationship is seen, each taken once where possible.
 *
 * The kernel asks about most entities several times (at the scan, at each property, at each step that leads
 * there), and its own way of giving properties reads all of them into a map. Here an entity is known by the
 * place where its properties begin, which no other shares while the query runs: Neo4j gives no freed place to
 * anybody before every transaction of that time has ended. The kernel keeps to itself how it comes by
 * properties; so its class is asked by reflection, and `main` says at the build whether that still fits.
 */
final class Looks implements StoragePropertyCursor {
    private static final String PROVIDER = "org.neo4j.kernel.impl.newapi.AccessControlDataProvider";
    private static final Class<?> KIND;
    private static final MethodHandle INITIALIZER;
    private static final MethodHandle CURSOR;
    private static final MethodHandle CHANGES;
    private static final int KEPT = 1 << 14;

    static {
        try {
            KIND = Class.forName(PROVIDER, true, SelectedPropertiesProvider.class.getClassLoader());
            MethodHandles.Lookup within = MethodHandles.privateLookupIn(KIND, MethodHandles.lookup());
            INITIALIZER = within.findGetter(KIND, "propertyInitializer", Supplier.class)
                    .asType(MethodType.methodType(Supplier.class, SelectedPropertiesProvider.class));
            CURSOR = within.findVirtual(KIND, "getPropertyCursor", MethodType.methodType(StoragePropertyCursor.class))
                    .asType(MethodType.methodType(StoragePropertyCursor.class, SelectedPropertiesProvider.class));
            CHANGES = within.findGetter(KIND, "applyAccessModeToTxState", boolean.class)
                    .asType(MethodType.methodType(boolean.class, SelectedPropertiesProvider.class));
        } catch (ReflectiveOperationException error) {
            throw new ExceptionInInitializerError(error);
        }
    }

    private final Sight sight;
    private final PropertySelection deciding;
    private final long[] kept = new long[KEPT];
    private Reference begin;
    private boolean edge;

    Looks(Sight sight, PropertySelection deciding) {
        this.sight = sight;
        this.deciding = deciding;
    }

    /** Ends with 0 where this Neo4j's kernel is the one that this class knows. */
    public static void main(String[] none) {
        System.exit(KIND == null ? 1 : 0);
    }

    /** Whether the entity whose properties these are is seen. */
    boolean show(SelectedPropertiesProvider properties) {
        try {
            if (!KIND.isInstance(properties) || (boolean) CHANGES.invokeExact(properties)) {
                return sight.shows(properties.get(deciding));
            }
            begin = null;
            @SuppressWarnings("unchecked")
            Supplier<BiConsumer<StoragePropertyCursor, PropertySelection>> initializer =
                    (Supplier<BiConsumer<StoragePropertyCursor, PropertySelection>>)
                            (Supplier<?>) INITIALIZER.invokeExact(properties);
            initializer.get().accept(this, deciding);
            return begin instanceof LongReference place && place.id >= 0 && known(place.id, properties);
        } catch (RuntimeException | Error error) {
            throw error;
        } catch (Throwable error) {
            throw new GuardException("The guard does not fit this Neo4j.");
        }
    }

    private boolean known(long place, SelectedPropertiesProvider properties) throws Throwable {
        int slot = (int) (place ^ place >>> 14) & KEPT - 1;
        long told = kept[slot];
        if (told >>> 1 == place + 1) {
            return (told & 1) == 1;
        }
        boolean seen = look((StoragePropertyCursor) CURSOR.invokeExact(properties));
        kept[slot] = place + 1 << 1 | (seen ? 1 : 0);
        return seen;
    }

    private boolean look(StoragePropertyCursor cursor) {
        if (edge) {
            cursor.initRelationshipProperties(begin, deciding);
        } else {
            cursor.initNodeProperties(begin, deciding);
        }
        Value ways = null;
        Value since = null;
        Value until = null;
        while ((ways == null || since == null || until == null) && cursor.next()) {
            int key = cursor.propertyKey();
            Value value = cursor.propertyValue();
            if (key == sight.ways()) {
                ways = value;
            } else if (key == sight.since()) {
                since = value;
            } else {
                until = value;
            }
        }
        return sight.shows(ways, since, until);
    }

    @Override
    public void initNodeProperties(Reference reference, PropertySelection selection, long owner) {
        begin = reference;
        edge = false;
    }

    @Override
    public void initRelationshipProperties(Reference reference, PropertySelection selection, long owner) {
        begin = reference;
        edge = true;
    }

    @Override
    public boolean next() {
        return false;
    }

    @Override
    public int propertyKey() {
        throw new IllegalStateException();
    }

    @Override
    public ValueGroup propertyType() {
        throw new IllegalStateException();
    }

    @Override
    public Value propertyValue() {
        throw new IllegalStateException();
    }

    @Override
    public void reset() {}

    @Override
    public void close() {}
}
