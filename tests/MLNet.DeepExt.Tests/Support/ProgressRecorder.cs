using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.DeepExt.Tests.Support;

/// <summary>A context's environment that keeps what is reported to progress channels, which ML.NET shows to nobody outside it.</summary>
internal sealed class ProgressRecorder(MLContext context) : IHost
{
    private readonly IHost _host = ((IHostEnvironment)context).Register(nameof(ProgressRecorder));

    public List<Channel> Channels { get; } = [];

    public Random Rand => _host.Rand;

    public ComponentCatalog ComponentCatalog => _host.ComponentCatalog;

    public string ContextDescription => _host.ContextDescription;

    public IHost Register(string name, int? seed = null, bool? verbose = null) => this;

    public IChannel Start(string name) => _host.Start(name);

    public IPipe<TMessage> StartPipe<TMessage>(string name) => _host.StartPipe<TMessage>(name);

    public TException Process<TException>(TException ex)
        where TException : Exception => _host.Process(ex);

    public IProgressChannel StartProgressChannel(string name)
    {
        Channels.Add(new Channel(name));
        return Channels[^1];
    }

    public sealed class Channel(string name) : IProgressChannel, IProgressEntry
    {
        private Action<IProgressEntry>? _fill;

        public string Name => name;

        public ProgressHeader? Header { get; private set; }

        public List<double?[]> Checkpoints { get; } = [];

        /// <summary>For each checkpoint, what the channel would have shown if it had been asked then: metrics, then progress.</summary>
        public List<double?[]> Shown { get; } = [];

        public bool Disposed { get; private set; }

        public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction)
        {
            Header = header;
            _fill = fillAction;
        }

        public void Checkpoint(params double?[] values)
        {
            Checkpoints.Add(values);
            Shown.Add(new double?[Header!.MetricNames.Count + Header.UnitNames.Count]);
            _fill!(this);
        }

        public void SetProgress(int index, double value) => Shown[^1][Header!.MetricNames.Count + index] = value;

        public void SetProgress(int index, double value, double lim) => SetProgress(index, value);

        public void SetMetric(int index, double value) => Shown[^1][index] = value;

        public IProgressChannel StartProgressChannel(string name) => throw new NotSupportedException();

        public void Dispose() => Disposed = true;
    }
}
