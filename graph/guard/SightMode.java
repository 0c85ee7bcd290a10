// SPDX-License-Identifier: GPL-3.0-or-later

package diurnal.guard;

import java.util.BitSet;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.neo4j.internal.kernel.api.LabelsSupplier;
import org.neo4j.internal.kernel.api.RelTypeSupplier;
import org.neo4j.internal.kernel.api.security.AccessMode;
import org.neo4j.internal.kernel.api.security.PermissionState;
import org.neo4j.internal.kernel.api.security.SelectedPropertiesProvider;
import org.neo4j.internal.kernel.api.security.StaticAccessMode;
import org.neo4j.kernel.impl.api.security.RestrictedAccessMode;
import org.neo4j.storageengine.api.PropertySelection;

/**
 * What the kernel asks before it hands out any node, relationship or property.
 *
 * Every question about all nodes or all relationships at once is answered with no, else counts and degrees
 * that are stored would be given without a look at whom they count.
 */
final class SightMode extends RestrictedAccessMode {
    private final BitSet hidden;
    private final Looks looks;
    private final IntPredicate readable = this::readable;

    /** @param hidden keys of properties that no reader sees */
    SightMode(AccessMode original, Sight sight, BitSet hidden) {
        super(original, StaticAccessMode.READ);
        this.hidden = hidden;
        int[] keys = sight.keys();
        this.looks = keys.length == 0 ? null : new Looks(sight, PropertySelection.selection(keys));
    }

    private boolean shows(SelectedPropertiesProvider properties) {
        return looks != null && looks.show(properties);
    }

    private boolean readable(int key) {
        return !hidden.get(key);
    }

    private boolean readable(int[] keys) {
        for (int key : keys) {
            if (!readable(key)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean allowsTraverseAllLabels() {
        return false;
    }

    @Override
    public boolean allowsTraverseAllNodesWithLabel(int label) {
        return false;
    }

    @Override
    public boolean allowsTraverseNode(int... labels) {
        return false;
    }

    @Override
    public boolean allowsTraverseNode(LabelsSupplier labels, SelectedPropertiesProvider properties) {
        return shows(properties);
    }

    @Override
    public boolean hasApplicableTraverseNodeAllowPropertyRules(int label) {
        return true;
    }

    @Override
    public boolean hasNoTraverseNodePrivilege() {
        return false;
    }

    @Override
    public boolean allowsTraverseAllRelTypes() {
        return false;
    }

    @Override
    public boolean allowsTraverseAllRelsWithType(int type) {
        return false;
    }

    @Override
    public boolean allowsTraverseRelType(int type) {
        return false;
    }

    @Override
    public boolean allowsTraverseRelationship(int type, SelectedPropertiesProvider properties) {
        return shows(properties);
    }

    @Override
    public boolean hasApplicableTraverseRelAllowPropertyRules(int type) {
        return true;
    }

    @Override
    public boolean allowsReadNodeProperties(
            LabelsSupplier labels, int[] keys, Supplier<SelectedPropertiesProvider> properties) {
        return readable(keys);
    }

    @Override
    public IntPredicate allowedToReadNodeProperties(
            LabelsSupplier labels, Supplier<SelectedPropertiesProvider> properties, PropertySelection selection) {
        return readable;
    }

    @Override
    public boolean allowsTraverseAndReadAllMatchingNodeProperties(int[] labels, int[] keys) {
        return false;
    }

    @Override
    public boolean allowsTraverseAndReadAllMatchingRelProperties(int[] types, int[] keys) {
        return false;
    }

    @Override
    public boolean allowsReadRelProperties(
            RelTypeSupplier type, int[] keys, Supplier<SelectedPropertiesProvider> properties) {
        return readable(keys);
    }

    @Override
    public IntPredicate allowedToReadRelationshipProperties(
            RelTypeSupplier type, Supplier<SelectedPropertiesProvider> properties, PropertySelection selection) {
        return readable;
    }

    @Override
    public boolean allowsSeePropertyKeyToken(int key) {
        return readable(key);
    }

    @Override
    public boolean allowsShowIndex() {
        return false;
    }

    @Override
    public boolean allowsShowConstraint() {
        return false;
    }

    @Override
    public PermissionState allowsShowSetting(String setting) {
        return PermissionState.EXPLICIT_DENY;
    }

    @Override
    public PermissionState allowExecuteAdminProcedures() {
        return PermissionState.EXPLICIT_DENY;
    }

    @Override
    public PermissionState shouldBoostProcedure(int id) {
        return PermissionState.NOT_GRANTED;
    }

    @Override
    public PermissionState shouldBoostFunction(int id) {
        return PermissionState.NOT_GRANTED;
    }

    @Override
    public PermissionState shouldBoostAggregatingFunction(int id) {
        return PermissionState.NOT_GRANTED;
    }

    @Override
    public boolean isOverridden() {
        return true;
    }

    @Override
    public String name() {
        return "sight";
    }
}
