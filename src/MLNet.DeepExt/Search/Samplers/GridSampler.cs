using System.Numerics;
using MLNet.DeepExt.Interop.Hosting;

namespace MLNet.DeepExt.Search;

/// <summary>
/// All combinations of some values of every parameter, in a fixed order, each once. To compare with; where several parameters matter
/// unequally, <see cref="RandomSampler"/> finds more with as many trials.
/// </summary>
/// <remarks>
/// The values are at equal distances on the scale of the range, with both ends among them; integers are rounded, and each taken once;
/// choices have all their values. A parameter that is of effect only with some values of another one is varied with those alone. In
/// ordinal order of the names the last parameter changes with every trial and the first one most rarely, where one that depends on another
/// comes right after it. After the last combination the search is over; the seed is of no effect.
/// </remarks>
public sealed record GridSampler : Sampler
{
    /// <summary>How many values of each range are tried, from 2 to 10,000. Default 3.</summary>
    public int PointsPerParameter { get; init; } = 3;

    internal override bool Learns => false;

    internal override TrialParameters? Suggest(SearchSpace space, int seed, int number, IReadOnlyList<FinishedTrial> bestFirst)
    {
        var tree = new Tree(space, PointsPerParameter);
        return number < tree.Count ? new TrialParameters(space, tree.Combination(number)) : null;
    }

    internal override OptionFault? FindFault(SearchSpace space) => PointsPerParameter is < 2 or > 10_000
        ? new(nameof(PointsPerParameter), FormattableString.Invariant(
            $"PointsPerParameter of GridSampler must be from 2 to 10000 but is {PointsPerParameter}; 3 is usual."))
        : null;

    /// <summary>How many combinations there are.</summary>
    /// <param name="space">Where the parameters are from; without faults.</param>
    internal BigInteger Count(SearchSpace space) => new Tree(space, PointsPerParameter).Count;

    // Who depends on whom; on no one, "".
    private sealed class Tree
    {
        private readonly ILookup<string, Node> _children;

        // Of a parameter with all that depends on it, whatever it depends on; a parameter comes after those that it depends on.
        private readonly Dictionary<string, BigInteger> _counts = new(StringComparer.Ordinal);

        public Tree(SearchSpace space, int points)
        {
            Node[] nodes = [.. space.InOrderOfDependence()
                .Select(pair => new Node(pair.Key, pair.Value.Condition, pair.Value.Grid(points)))];
            _children = nodes.ToLookup(node => node.Condition?.Name ?? "");
            foreach (Node node in nodes.Reverse())
            {
                _counts[node.Name] = node.Values.Aggregate(
                    BigInteger.Zero, (count, value) => count + CountOf(ChildrenWith(node, value)));
            }
        }

        public BigInteger Count => CountOf(_children[""]);

        /// <summary>The combination of a number, found by counting those before it and not by going through them.</summary>
        public Dictionary<string, object> Combination(BigInteger number)
        {
            var values = new Dictionary<string, object>(StringComparer.Ordinal);
            Choose(_children[""], number, values);
            return values;
        }

        private void Choose(IEnumerable<Node> nodes, BigInteger number, Dictionary<string, object> values)
        {
            foreach (Node node in nodes.Reverse())
            {
                number = BigInteger.DivRem(number, _counts[node.Name], out BigInteger within);
                foreach (object value in node.Values)
                {
                    IEnumerable<Node> active = ChildrenWith(node, value);
                    BigInteger count = CountOf(active);
                    if (within < count)
                    {
                        values[node.Name] = value;
                        Choose(active, within, values);
                        break;
                    }

                    within -= count;
                }
            }
        }

        // The combinations of parameters that do not depend on one another, with all that depends on them.
        private BigInteger CountOf(IEnumerable<Node> nodes) =>
            nodes.Aggregate(BigInteger.One, (count, node) => count * _counts[node.Name]);

        private IEnumerable<Node> ChildrenWith(Node node, object value) =>
            _children[node.Name].Where(child => child.Condition!.Allows(value));
    }

    private sealed record Node(string Name, Condition? Condition, IReadOnlyList<object> Values);
}
