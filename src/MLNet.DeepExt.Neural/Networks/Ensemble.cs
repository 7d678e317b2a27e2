using System.Numerics;
using MLNet.DeepExt.Neural.Layers;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Networks;

/// <summary>Combines several networks into one, whose prediction is the mean of their predictions.</summary>
public static class Ensemble
{
    /// <summary>
    /// Creates a network of <see cref="Branches"/>, one for each given network, with its parameters. The prediction is the mean of their
    /// predictions: of probabilities, not of logits. If a network has members, each member has equal weight.
    /// </summary>
    /// <param name="networks">The networks, from 1 to 256, with the same inputs and outputs. They are not changed.</param>
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
