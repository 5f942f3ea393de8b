import Agents

extension Workplace {
    /// What the tasks of a domain may ask outside; what is not configured is left out.
    func services(of domain: Domain) -> TaskServices { TaskServices() }
}
