namespace MLNet.DeepExt.Evaluation;

/// <summary>The names of the segments of scored rows, numbered as they are found.</summary>
internal sealed class SegmentNames
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    /// <summary>The names, each at its place.</summary>
    public IReadOnlyList<string> All => _names;

    /// <summary>The place of a name, counted from 0; a new one comes last.</summary>
    public int PlaceOf(string name)
    {
        if (!_places.TryGetValue(name, out int place))
        {
            _places.Add(name, place = _names.Count);
            _names.Add(name);
        }

        return place;
    }
}
