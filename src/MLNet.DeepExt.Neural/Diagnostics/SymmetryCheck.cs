using System.Numerics;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Diagnostics;

/// <summary>
/// Finds hidden units that are copies of each other: units of a <see cref="Layers.Dense"/> with equal incoming weights and bias,
/// and equal scale and shift of a batch norm after it. They compute the same output for every input.
/// </summary>
/// <remarks>
/// A batch shows whether they remain copies: if their gradients are also equal, a step changes them equally.
/// This happens with weights that are initialized to 0, or to any equal values. Units of the last layer are not examined:
/// each has a different target, so they may be initialized to 0. Numbers are compared to the last bit.
/// </remarks>
/// <example>
/// <code>
/// NetworkSpec spec = NetworkSpec.Input(64).Then(new Dense(128) { Initializer = new Zeros() }).Tanh().Dense(10);
/// Console.WriteLine(SymmetryCheck.Run(new Network&lt;float&gt;(spec)));
/// </code>
/// </example>
public static class SymmetryCheck
{
    /// <summary>Finds units with equal parameters.</summary>
    /// <param name="network">Any network.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    public static SymmetryReport Run<T>(Network<T> network)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        return Report(network, slot => [network.Parameters.Read(slot)]);
    }

    /// <summary>Finds units with equal parameters and equal gradients on a batch. The network is unchanged afterwards.</summary>
    /// <param name="network">Any network. Dropout keeps one mask; units that are copies without dropout may differ with it.</param>
    /// <param name="loss">The cost.</param>
    /// <param name="batch">The rows for the gradient.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">The batch does not fit the network or the loss.</exception>
    public static SymmetryReport Run<T>(Network<T> network, Loss loss, Batch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(network);
        var pass = new CostPass<T>(network, loss, batch);
        Memory<T> gradient = network.CreateGradient();
        pass.Gradient(gradient.Span, out _);
        return Report(network, slot => [network.Parameters.Read(slot), network.ReadGradient(slot, gradient.Span)]);
    }

    // numbersOf: returns, for a parameter, the matrices (rows, units) whose columns must be equal.
    private static SymmetryReport Report<T>(Network<T> network, Func<Slot, T[][]> numbersOf)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var layers = new List<(Slot Weight, List<T>[] Units)>();
        foreach (Slot slot in network.Parameters.Slots)
        {
            if (slot.Kind == SlotKind.Weight)
                layers.Add((slot, [.. Enumerable.Range(0, slot.Shape.Columns).Select(_ => new List<T>())]));
            if (layers.Count == 0)
                continue; // a scale or shift of the inputs
            foreach (T[] matrix in numbersOf(slot))
            {
                for (int i = 0; i < matrix.Length; i++)
                    layers[^1].Units[i % slot.Shape.Columns].Add(matrix[i]);
            }
        }

        // The output layers of members are one layer.
        IReadOnlyList<Slot> last = network.Program.Operations
            .LastOrDefault(operation => operation.Layer.Parameters.Any(slot => slot.Kind == SlotKind.Weight))?.Layer.Parameters ?? [];
        return new SymmetryReport([.. layers.Where(layer => !last.Contains(layer.Weight)).Select(layer => Find(layer.Weight, layer.Units))]);
    }

    private static SymmetryPart Find<T>(Slot weight, List<T>[] units)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        IEnumerable<int[]> groups = Enumerable.Range(0, units.Length)
            .GroupBy(unit => units[unit], new SameNumbers<T>())
            .Where(copies => copies.Count() > 1)
            .Select(copies => copies.ToArray());
        return new SymmetryPart(weight.Name[..weight.Name.LastIndexOf('.')], units.Length, [.. groups]);
    }

    private sealed class SameNumbers<T> : EqualityComparer<List<T>>
    {
        public override bool Equals(List<T>? x, List<T>? y) => x!.SequenceEqual(y!);

        public override int GetHashCode(List<T> numbers)
        {
            var hash = new HashCode();
            foreach (T number in numbers)
                hash.Add(number);
            return hash.ToHashCode();
        }
    }
}
