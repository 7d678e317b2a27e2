using System.Numerics;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>Makes one network of several, whose prediction is the mean of theirs.</summary>
public static class Ensemble
{
    /// <summary>
    /// A network of <see cref="Branches"/>, each with what one of the networks has learned. Its prediction is the mean of their predictions: of
    /// their probabilities, not of their logits. With members in a network, each of these counts alike.
    /// </summary>
    /// <param name="networks">The networks, from 1 to 256, of the same inputs and outputs. They stay as they are.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">There are none, or their inputs or outputs differ.</exception>
    public static Network<T> Of<T>(params IReadOnlyList<Network<T>> networks)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(networks);
        if (networks.Count == 0)
            throw new ArgumentException("There are no networks; give at least one.", nameof(networks));
        NetworkSpec first = networks[0].Spec;
        foreach ((int number, Network<T> network) in networks.Index())
        {
            if (network.Spec.Inputs != first.Inputs || network.Spec.Outputs != first.Outputs)
            {
                throw new ArgumentException(FormattableString.Invariant(
                    $"Network {number} has {network.Spec.Inputs} inputs and {network.Spec.Outputs} outputs but network 0 has {first.Inputs} and ")
                    + FormattableString.Invariant($"{first.Outputs}; they must be equal."), nameof(networks));
            }
        }

        Network<T> result = Network<T>.Uninitialized(
            new NetworkSpec(first.Inputs, [new Branches([.. networks.Select(network => new Sequential([.. network.Spec.Layers]))])]));
        Copy(network => network.Parameters.Slots);
        Copy(network => network.Parameters.Buffers);
        return result;

        void Copy(Func<Network<T>, IReadOnlyList<Slot>> slotsOf)
        {
            IEnumerable<(Slot Slot, T[] Values)> all = networks.SelectMany(
                network => slotsOf(network).Select(slot => (slot, network.Parameters.Read(slot))));
            foreach ((Slot to, (Slot _, T[] values)) in slotsOf(result).Zip(all))
                result.Parameters.Write(to, values);
        }
    }
}
