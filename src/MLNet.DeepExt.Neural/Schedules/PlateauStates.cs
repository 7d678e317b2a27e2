using System.Runtime.InteropServices;

namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>
/// What validation measured in each epoch of one training, and the states of its <see cref="ReduceOnPlateau"/> schedules after these epochs, so
/// that each schedule reads every epoch once and not again in every step.
/// </summary>
/// <remarks>
/// A state is kept only of values in the memory of this object, whose contents never change: a schedule that passes other values to a
/// <see cref="ReduceOnPlateau"/>, such as smoothed ones, has each of its factors computed from all of them.
/// </remarks>
internal sealed class PlateauStates
{
    private const int FirstLength = 64;

    private readonly Dictionary<(ReduceOnPlateau Schedule, int First), PlateauState> _states = [];
    private double[] _costs = []; // (epochs, at least)
    private int _epochs;

    /// <summary>(epochs): the values so far, lower ones being better.</summary>
    public ReadOnlyMemory<double> Validated => _costs.AsMemory(0, _epochs);

    /// <summary>Adds the value of an epoch.</summary>
    /// <param name="cost">The value, lower ones being better.</param>
    public void Add(double cost)
    {
        if (_costs.Length == _epochs)
            Array.Resize(ref _costs, Math.Max(FirstLength, 2 * _epochs));
        _costs[_epochs++] = cost;
    }

    /// <summary>
    /// The latest state that is kept of the schedule for these values or the first of them; that of the beginning if there is none.
    /// </summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="validated">The values that it sees.</param>
    public PlateauState Of(ReduceOnPlateau schedule, ReadOnlyMemory<double> validated) =>
        FirstOf(validated) is { } first && _states.TryGetValue((schedule, first), out PlateauState state) && state.Epochs <= validated.Length
            ? state
            : PlateauState.Beginning;

    /// <summary>Keeps the state after these values, if they are those of this object.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="validated">The values that it saw.</param>
    /// <param name="state">The state after them.</param>
    public void Keep(ReduceOnPlateau schedule, ReadOnlyMemory<double> validated, in PlateauState state)
    {
        if (FirstOf(validated) is { } first)
            _states[(schedule, first)] = state;
    }

    // The number of the first of these values; null if they are not in the memory of this object.
    private int? FirstOf(ReadOnlyMemory<double> validated) =>
        MemoryMarshal.TryGetArray(validated, out ArraySegment<double> segment) && ReferenceEquals(segment.Array, _costs) ? segment.Offset : null;
}
